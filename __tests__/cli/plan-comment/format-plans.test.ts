import { readFileSync } from "node:fs";
import { join } from "node:path";
import { formatPlans, planCommentMarker, type StackPlan } from "../../../cli/plan-comment/format-plans";
import { randomNumbers } from "../../../laboratory/random";
import { forbiddenChanges } from "../../../lib/terraform/plan";
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
const runUrl = "https://example.org/run/1";
const missingOutput = "It reads output x of platform, which exists only after the changes of platform are applied.";

describe("formatPlans", () => {
  test("shows what a plan adds, changes, replaces and deletes, and what the guard refuses", () => {
    expectGolden("golden/plan-comment.replacing.md", formatPlans([replacing, unchanged], { runUrl }));
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

  test("without values it shows which resources change and where the values are, and no value", () => {
    const location = "gs://state/_plans/1/1/platform.tar.gz#2";
    const comment = formatPlans([{ ...replacing, location }, unchanged], { withoutValues: true });
    expect(comment).toContain("<summary>platform, without values</summary>");
    expect(comment).toContain("-/+ google_compute_region_disk.disk-hodl_1");
    expect(comment).toContain("  + google_compute_address.forwarder-1");
    expect(comment).toContain(`gcloud storage cat "${location}" | tar -xzO ./plan.txt`);
    expect(comment).not.toContain("192.0.2.2");
  });

  test("in a summary there is room for a long plan", () => {
    const text = "x".repeat(200_000);
    expect(formatPlans([{ ...replacing, text }], { place: "summary" })).toContain(text);
    expect(formatPlans([{ ...replacing, text }])).toContain("… cut here: the plan has 200000 characters.");
  });
});

describe("formatPlans with plans of any size", () => {
  const random = randomNumbers(9);
  const between = (low: number, high: number) => low + Math.floor(random() * (high - low + 1));
  /** Of the magnitudes up to 10^digits, each is as likely. */
  const size = (digits: number) => Math.floor(10 ** (random() * digits));
  const pick = <Item>(items: readonly Item[]) => items[between(0, items.length - 1)]!;
  const texts = ["x", "`", "`x", "\n", "🥖", "~ ```\n</details>\n", "+ resource\n", "é"];
  const randomPlan = (stack: string): StackPlan => {
    const changes = Array.from({ length: size(3.5) }, (_, index) => ({
      address: `google_compute_region_disk.${"d".repeat(size(3))}-${index}`,
      type: pick(["google_compute_region_disk", "google_service_account"]),
      change: { actions: pick([["delete"], ["create", "delete"], ["delete", "create"], ["create"], ["update"]]) },
    }));
    const text = pick(texts).repeat(size(6));
    const location = pick([undefined, "gs://bucket/_plans/1/1/platform.tar.gz#1"]);
    const plan = { format_version: "1.2", planned_values: {}, resource_changes: changes };
    if (random() < 0.2) return { stack, status: pick(["waiting", "failed"]), text };
    return { stack, status: "changes", text, plan, ...(location && { location }) };
  };

  test.each(["comment", "summary"] as const)("a %s stays below GitHub's limit and never hides a refusal", (place) => {
    for (let round = 0; round < 25; round++) {
      const plans = [randomPlan("platform"), randomPlan("baker")];
      const comment = formatPlans(plans, { place, runUrl, withoutValues: random() < 0.3 });
      if (place === "comment") expect(comment.length).toBeLessThan(65_536);
      else expect(Buffer.byteLength(comment)).toBeLessThan(1024 * 1024);
      expect(comment).toContain(runUrl);
      expect(comment).not.toContain("\uFFFD");
      const refused = plans.flatMap(({ plan }) => (plan === undefined ? [] : forbiddenChanges(plan)));
      const shown = comment.match(/^> - google_.*$/gm) ?? [];
      const cut = [...comment.matchAll(/^> - … and (\d+) more$/gm)].reduce((sum, [, count]) => sum + Number(count), 0);
      expect(shown.length + cut).toBe(refused.length);
      const fences = comment.split("\n").filter((line) => /^`{3,}(text)?$/.test(line));
      expect(fences.filter((fence) => fence.endsWith("text"))).toHaveLength(2);
    }
  });
});
