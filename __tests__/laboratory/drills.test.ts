import { readFileSync } from "node:fs";
import { join } from "node:path";
import { drills, drillsByName } from "../../laboratory/drills";
import type { DrillResult } from "../../laboratory/result";
import { packageRoot } from "../../lib/package-root";

const [kill, powerCuts] = drillsByName["boot"]!;
let printed: string;
beforeEach(() => {
  printed = "";
  jest.spyOn(process.stdout, "write").mockImplementation((text) => ((printed += text), true));
});
afterEach(() => jest.restoreAllMocks());

const ending = (drill: typeof kill, result: Omit<DrillResult, "name">) => {
  jest.replaceProperty(drill!, "needs", {});
  return jest.spyOn(drill!, "run").mockImplementation(async ({ log, seed }) => {
    log(`seed ${seed}`);
    return { name: "x", ...result };
  });
};

test("runs each drill once, even if several names select it", async () => {
  const runs = [ending(kill, { ok: true, lines: [] }), ending(powerCuts, { ok: true, lines: ["3 boots"] })];
  await drills(["kill", "boot"], { seed: "7" });
  for (const run of runs) expect(run).toHaveBeenCalledTimes(1);
  expect(printed).toBe(`${kill!.title}\n  seed 7\n${powerCuts!.title}\n  seed 7\n  3 boots\n`);
});

test("prints failures, continues with the next drill, and fails", async () => {
  ending(kill, { ok: false, lines: ["a wallet was lost"] });
  const next = ending(powerCuts, { ok: true, lines: [] });
  await expect(drills(["boot"])).rejects.toThrow(`Failed: ${kill!.title}.`);
  expect(printed).toContain("  FAILED: a wallet was lost\n");
  expect(next).toHaveBeenCalled();
});

test("prints what a skipped drill needs", async () => {
  const run = ending(kill, { ok: true, lines: [] });
  jest.replaceProperty(kill!, "needs", { programs: ["unknown-program"] });
  await expect(drills(["kill"])).rejects.toThrow(`Failed: ${kill!.title}.`);
  expect(run).not.toHaveBeenCalled();
  expect(printed).toContain("  SKIPPED: needs unknown-program (apt-get install unknown-program)\n");
});

test.each([
  [["none"], {}, `none is not a drill. Drills: ${Object.keys(drillsByName).join(", ")}.`],
  [["kill"], { seed: "x" }, "--seed must be a non-negative integer, not x."],
])("rejects %j %j", async (names, options, message) => {
  await expect(drills(names, options)).rejects.toThrow(message);
});

test("docs/drills.md explains each drill of the signer path", () => {
  const text = readFileSync(join(packageRoot, "docs/drills.md"), "utf8");
  const names = Object.keys(drillsByName).filter((name) => drillsByName[name]![0] === drillsByName["1"]![0]);
  expect(names).toContain("2019");
  expect(names.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
});
