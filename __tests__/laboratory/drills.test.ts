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

test("runs each drill once, whatever names ask for it", async () => {
  const runs = [ending(kill, { ok: true, lines: [] }), ending(powerCuts, { ok: true, lines: ["3 boots"] })];
  await drills(["kill", "boot"], { seed: "7" });
  for (const run of runs) expect(run).toHaveBeenCalledTimes(1);
  expect(printed).toBe(`${kill!.title}\n  seed 7\n${powerCuts!.title}\n  seed 7\n  3 boots\n`);
});

test("shows what did not hold, goes on with the next, and fails", async () => {
  ending(kill, { ok: false, lines: ["a wallet was lost"] });
  const next = ending(powerCuts, { ok: true, lines: [] });
  await expect(drills(["boot"])).rejects.toThrow(`What did not hold: ${kill!.title}.`);
  expect(printed).toContain("  FAILED: a wallet was lost\n");
  expect(next).toHaveBeenCalled();
});

test("says what a drill lacks that it skips", async () => {
  const run = ending(kill, { ok: true, lines: [] });
  jest.replaceProperty(kill!, "needs", { programs: ["program-of-nobody"] });
  await expect(drills(["kill"])).rejects.toThrow(`What did not hold: ${kill!.title}.`);
  expect(run).not.toHaveBeenCalled();
  expect(printed).toContain("  SKIPPED: needs program-of-nobody (apt-get install program-of-nobody)\n");
});

test.each([
  [["none"], {}, `There is no drill none. There are ${Object.keys(drillsByName).join(", ")}.`],
  [["kill"], { seed: "x" }, "--seed must be a number from 0, not x."],
])("refuses %j %j", async (names, options, message) => {
  await expect(drills(names, options)).rejects.toThrow(message);
});

test("docs/drills.md explains each drill of the signer path", () => {
  const text = readFileSync(join(packageRoot, "docs/drills.md"), "utf8");
  const names = Object.keys(drillsByName).filter((name) => drillsByName[name]![0] === drillsByName["1"]![0]);
  expect(names).toContain("2019");
  expect(names.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
});
