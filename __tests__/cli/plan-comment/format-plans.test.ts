import { readFileSync } from "node:fs";
import { join } from "node:path";
import { formatPlans, planCommentMarker, type StackPlan } from "../../../cli/plan-comment/format-plans";
import { expectGolden } from "../../support/golden";

const fixture = (name: string) => readFileSync(join(__dirname, "../../lib/terraform/fixtures", name), "utf8");
const replacing: StackPlan = {
  stack: "platform",
  status: "changes",
  text: fixture("replaced-and-deleted.txt"),
  plan: JSON.parse(fixture("replaced-and-deleted.json")) as unknown,
};
const unchanged: StackPlan = {
  stack: "baker",
  status: "none",
  text: "No changes.",
  plan: { format_version: "1.2", planned_values: {} },
};
const missingOutput = "It reads output x of platform, which exists only after the changes of platform are applied.";

describe("formatPlans", () => {
  test("shows what a plan adds, changes, replaces and deletes, and what the guard refuses", () => {
    expectGolden("golden/plan-comment.replacing.md", formatPlans([replacing, unchanged], "https://example.org/run/1"));
  });

  test("explains on the first run why baker has no plan", () => {
    const waiting: StackPlan = { stack: "baker", status: "waiting", text: missingOutput };
    const comment = formatPlans([replacing, waiting]);
    expect(comment).toContain("| baker |  |  |  |  | can't be planned until the changes of platform are applied |");
    expect(comment).toContain(missingOutput);
  });

  test("shows Terraform's output if planning failed", () => {
    const comment = formatPlans([{ stack: "platform", status: "failed", text: "Error: no such project" }]);
    expect(comment).toContain("**planning failed**");
    expect(comment).toContain("<details open><summary>platform</summary>\n\n```text\nError: no such project\n```");
  });

  test("begins with the marker by which the next run finds the comment", () => {
    expect(formatPlans([unchanged]).startsWith(`${planCommentMarker}\n`)).toBe(true);
  });

  test("no text in a plan can end its block", () => {
    const text = "~ description = ```\n</details>\n````` # heading";
    const lines = formatPlans([{ ...replacing, text }]).split("\n");
    const fences = lines.filter((line) => /^`{6}/.test(line));
    expect(fences).toEqual(["``````text", "``````"]);
  });

  test("stays below GitHub's limit even if the plans are long", () => {
    const long = "x".repeat(200_000);
    const comment = formatPlans([
      { ...replacing, text: long },
      { ...replacing, stack: "baker", text: long },
    ]);
    expect(comment.length).toBeLessThan(65_536);
    expect(comment).toContain("… truncated; the run has the rest.");
  });
});
