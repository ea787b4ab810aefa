import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { costChangeLines, formatCostChange } from "../../../cli/plan-comment/cost-change";
import { packageRoot } from "../../../lib/package-root";

const line = (item: string, before: number, after: number) => ({ group: "VMs" as const, item, before, after });

describe("the change of cost in a comment", () => {
  test("shows the sums, and only the lines that change", () => {
    const lines = [line("baking", 100, 150.5), line("public", 20, 0)];
    expect(formatCostChange({ before: 380, after: 410.5, lines }, false)).toEqual([
      "",
      "Monthly cost at list price, in US dollars, with what is estimated: 380 → 411 (+31).",
      "",
      "| | before | after |",
      "| --- | ---: | ---: |",
      "| VMs: baking | 100.00 | 150.50 |",
      "| VMs: public | 20.00 | 0.00 |",
    ]);
    expect(formatCostChange({ before: 410, after: 380, lines }, false)[1]).toContain("410 → 380 (−30).");
  });

  test("is one sentence for a new deployment, and nothing if the cost stays", () => {
    const change = { before: 0, after: 380, lines: [line("baking", 0, 100)] };
    expect(formatCostChange(change, true)).toEqual(["", expect.stringMatching(/: 380\.$/)]);
    expect(formatCostChange({ before: 380, after: 380, lines: [] }, false)).toEqual([]);
  });

  test("reads both configuration files; one that is not valid leaves the cost unknown", () => {
    const folder = mkdtempSync(join(tmpdir(), "cost-change-"));
    const [file, before, broken] = ["shadownet", "before", "broken"].map((name) => join(folder, `${name}.yaml`));
    const text = readFileSync(join(packageRoot, "config/shadownet.yaml"), "utf8");
    writeFileSync(file!, text);
    writeFileSync(
      before!,
      text.replace("size: small", "size: full").replace("central1-a]", "central1-a, us-central1-b]"),
    );
    writeFileSync(broken!, "nam: x\n");
    expect(costChangeLines(file!, file)).toEqual([]);
    expect(costChangeLines(file!, before)[1]).toMatch(/: \d+ → \d+ \(−\d+\)\.$/);
    expect(costChangeLines(file!, broken)).toEqual(["", expect.stringContaining(`unknown: ${broken} is not valid`)]);
    rmSync(folder, { recursive: true });
  });
});
