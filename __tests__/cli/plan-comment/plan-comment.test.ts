import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { planComment, planCommentMarker, readStackPlans, type StackPlan } from "../../../cli/plan-comment/plan-comment";
import { expectGolden } from "../../support/golden";

const fixture = (name: string) => readFileSync(join(__dirname, "fixtures", name), "utf8");
const replacing: StackPlan = {
  stack: "platform",
  status: "changes",
  text: fixture("replaced-and-deleted.plan.txt"),
  plan: JSON.parse(fixture("replaced-and-deleted.plan.json")) as unknown,
};
const unchanged: StackPlan = {
  stack: "baker",
  status: "none",
  text: "No changes.",
  plan: { format_version: "1.2", planned_values: {} },
};
const missingOutput = "It reads the output x of platform, which is there only once platform's changes are applied.";

describe("planComment", () => {
  test("shows what a plan adds, changes, replaces and deletes, and what the guard refuses", () => {
    expectGolden("golden/plan-comment.replacing.md", planComment([replacing, unchanged], "https://example.org/run/1"));
  });

  test("says on the first run why the baker has no plan", () => {
    const waiting: StackPlan = { stack: "baker", status: "waiting", text: missingOutput };
    const comment = planComment([replacing, waiting]);
    expect(comment).toContain("| baker |  |  |  |  | cannot be planned before platform's changes are applied |");
    expect(comment).toContain(missingOutput);
  });

  test("shows Terraform's words when it could not plan", () => {
    const comment = planComment([{ stack: "platform", status: "failed", text: "Error: no such project" }]);
    expect(comment).toContain("**could not be planned**");
    expect(comment).toContain("<details open><summary>platform</summary>\n\n```text\nError: no such project\n```");
  });

  test("begins with the marker by which the next run finds it", () => {
    expect(planComment([unchanged]).startsWith(`${planCommentMarker}\n`)).toBe(true);
  });

  test("nothing in a plan can end its block", () => {
    const text = "~ description = ```\n</details>\n````` # heading";
    const lines = planComment([{ ...replacing, text }]).split("\n");
    const fences = lines.filter((line) => /^`{6}/.test(line));
    expect(fences).toEqual(["``````text", "``````"]);
  });

  test("stays below GitHub's limit, however long the plans are", () => {
    const long = "x".repeat(200_000);
    const comment = planComment([
      { ...replacing, text: long },
      { ...replacing, stack: "baker", text: long },
    ]);
    expect(comment.length).toBeLessThan(65_536);
    expect(comment).toContain("… cut here; the run has it all.");
  });
});

describe("readStackPlans", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "plans-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  test("reads what plan-stack.sh left, and counts what is not there as failed", () => {
    mkdirSync(join(folder, "platform"));
    writeFileSync(join(folder, "platform", "status"), "changes\n");
    writeFileSync(join(folder, "platform", "plan.txt"), "the plan");
    writeFileSync(join(folder, "platform", "plan.json"), '{"format_version":"1.2"}');
    expect(readStackPlans(folder)).toEqual([
      { stack: "platform", status: "changes", text: "the plan", plan: { format_version: "1.2" } },
      { stack: "baker", status: "failed", text: "It was not planned: an earlier step failed." },
    ]);
  });
});
