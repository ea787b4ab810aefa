import { Failure } from "../lib/terminal/failure";
import { missing, type Needs } from "./needs";
import { killDrill, killNeeds } from "./kill/kill";
import { laboratoryNeeds } from "./cluster/laboratory";
import type { DrillOptions, DrillResult } from "./result";
import { measurementNames, measurementNeeds, withoutSoakNumbers } from "./signer-path/measurements/names";
import { signerPathNeeds } from "./signer-path/needs";
import { controlName, pathDrills } from "./signer-path/drills/path-drills";

interface Asked {
  readonly names: readonly string[];
  readonly seed: number;
  /** How long a soak takes. */
  readonly minutes: number;
}

/** Something that is broken on purpose, with the real programs, to see that the rest holds. */
interface Drill {
  readonly title: string;
  readonly needs: Needs;
  /** @param options with the names under which it was asked for */
  readonly run: (options: DrillOptions & Asked) => Promise<DrillResult>;
}

const kill: Drill = { title: "kill -9 anywhere in the init containers", needs: killNeeds, run: killDrill };
const powerCuts: Drill = {
  title: "whole boots on real machines, with power cuts in every phase",
  needs: laboratoryNeeds,
  run: async (options) => (await import("./boot/boot")).bootDrill(options),
};

const partition: Drill = {
  title: "a baking VM that is cut off while its pods run on",
  needs: { ...laboratoryNeeds, programs: [...laboratoryNeeds.programs, "python3"] },
  run: async (options) => (await import("./partition/partition")).partitionDrill(options),
};

/** One drill for all of the signer path's names: they share a farm. */
const signerPath: Drill = {
  title: "the signer path",
  needs: signerPathNeeds,
  run: async ({ names, ...options }) => (await import("./signer-path/run-drills")).runPathDrills(names, options),
};

const measurements: Drill = {
  title: "the signer path, measured over a time",
  needs: measurementNeeds,
  run: async ({ names, ...options }) =>
    (await import("./signer-path/run-measurements")).runMeasurements(names, options),
};

const placement: Drill = {
  title: "machines and pods that come and go at random",
  needs: { controlPlane: true },
  run: async (options) => (await import("./placement/placement")).placementDrill(options),
};
const hundred: Drill = {
  title: "a hundred bakers with two hundred signers",
  needs: { controlPlane: true },
  run: async (options) => (await import("./placement/hundred")).hundredDrill(options),
};

/** The drills by the names under which they are asked for; a name may stand for several. */
export const drillsByName: Readonly<Record<string, readonly Drill[]>> = {
  kill: [kill],
  boot: [kill, powerCuts],
  partition: [partition],
  placement: [placement],
  hundred: [hundred],
  ...Object.fromEntries([...pathDrills.map(({ name }) => name), controlName].map((name) => [name, [signerPath]])),
  ...Object.fromEntries(measurementNames.map((name) => [name, [measurements]])),
};

/**
 * Runs drills and prints what held and what did not.
 * @param given names; all, if there is none. Behind "soak", how many minutes it takes, and its seed
 * @throws Failure if something did not hold
 */
export async function drills(
  given: readonly string[],
  options: { readonly seed?: string; readonly keep?: boolean } = {},
): Promise<void> {
  const { names, minutes, seed: soakSeed } = withoutSoakNumbers(given);
  const known = Object.keys(drillsByName);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Failure(`There is no drill ${unknown}. There are ${known.join(", ")}.`);
  const seed = Number(soakSeed ?? options.seed ?? Date.now() % 1_000_000);
  if (!Number.isInteger(seed) || seed < 0)
    throw new Failure(`--seed must be a number from 0, not ${soakSeed ?? options.seed}.`);

  const asked = names.length > 0 ? names : known;
  const chosen = new Set(asked.flatMap((name) => drillsByName[name] ?? []));
  const failed: string[] = [];
  for (const drill of chosen) {
    const { title, needs, run } = drill;
    print(title);
    const lacks = missing(needs);
    if (lacks.length > 0) {
      print(`  SKIPPED: needs ${lacks.map(({ hint }) => hint).join(", ")}`);
      // Who names a drill wants it to have run.
      if (names.length > 0) failed.push(title);
      continue;
    }
    const own = asked.filter((name) => drillsByName[name]?.includes(drill));
    const log = (line: string) => print(`  ${line}`);
    const { ok, lines } = await run({ log, seed, minutes, keep: options.keep, names: own });
    for (const line of lines) print(`  ${ok ? "" : "FAILED: "}${line}`);
    if (!ok) failed.push(title);
  }
  if (failed.length > 0) throw new Failure(`What did not hold: ${failed.join("; ")}.`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
