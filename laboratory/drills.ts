import { exitCode, Failure } from "../lib/terminal/failure";
import { missing, type Needs } from "./needs";
import { killDrill, killNeeds } from "./kill/kill";
import { laboratoryNeeds } from "./cluster/laboratory";
import type { DrillOptions, DrillResult } from "./result";
import { firstDayNeeds } from "./first-day/needs";
import { measurementNames, measurementNeeds, withoutSoakNumbers } from "./signer-path/measurements/names";
import { signerPathNeeds } from "./signer-path/needs";
import { controlName, pathDrills } from "./signer-path/drills/path-drills";

interface Selection {
  /** The names by which this drill was selected. */
  readonly names: readonly string[];
  readonly seed: number;
  /** The duration of a soak. */
  readonly minutes: number;
}

/** Injects faults into the real programs, and checks that the rest keeps working. */
interface Drill {
  readonly title: string;
  readonly needs: Needs;
  readonly run: (options: DrillOptions & Selection) => Promise<DrillResult>;
}

const kill: Drill = { title: "kill -9 anywhere in the init containers", needs: killNeeds, run: killDrill };
const powerCuts: Drill = {
  title: "complete boots on VMs, with power cuts in every phase",
  needs: laboratoryNeeds,
  run: async (options) => (await import("./boot/boot")).bootDrill(options),
};

const partition: Drill = {
  title: "a baking VM that loses its network while its pods keep running",
  needs: { ...laboratoryNeeds, programs: [...laboratoryNeeds.programs, "python3"] },
  run: async (options) => (await import("./partition/partition")).partitionDrill(options),
};

const registry: Drill = {
  title: "a baking VM that dies while the registry of the images is down",
  needs: { ...laboratoryNeeds, programs: [...laboratoryNeeds.programs, "docker-registry", "skopeo"] },
  run: async (options) => (await import("./registry/registry")).registryDrill(options),
};

/** One drill for all names of the signer path, because they share a testbed. */
const signerPath: Drill = {
  title: "the signer path",
  needs: signerPathNeeds,
  run: async ({ names, ...options }) => (await import("./signer-path/run-drills")).runPathDrills(names, options),
};

const measurements: Drill = {
  title: "measurements of the signer path over a period of time",
  needs: measurementNeeds,
  run: async ({ names, ...options }) =>
    (await import("./signer-path/run-measurements")).runMeasurements(names, options),
};

const placement: Drill = {
  title: "VMs and pods that come and go at random",
  needs: { controlPlane: true },
  run: async (options) => (await import("./placement/placement")).placementDrill(options),
};
const hundred: Drill = {
  title: "a hundred bakers with two hundred signers",
  needs: { controlPlane: true },
  run: async (options) => (await import("./placement/hundred")).hundredDrill(options),
};

const firstDay: Drill = {
  title: "the first day: from a clone to the first signature, by the commands that README prints",
  needs: firstDayNeeds,
  run: async (options) => (await import("./first-day/first-day")).firstDayDrill(options),
};

/** All drills by name; a name may select several. */
export const drillsByName: Readonly<Record<string, readonly Drill[]>> = {
  kill: [kill],
  boot: [kill, powerCuts],
  partition: [partition],
  registry: [registry],
  placement: [placement],
  hundred: [hundred],
  "first-day": [firstDay],
  ...Object.fromEntries([...pathDrills.map(({ name }) => name), controlName].map((name) => [name, [signerPath]])),
  ...Object.fromEntries(measurementNames.map((name) => [name, [measurements]])),
};

/**
 * Runs drills and prints their results.
 * @param given names @default - all; "soak" may be followed by its duration in minutes and its seed
 * @param options.seed makes random choices repeatable @default - a different one each time
 * @param options.keep leaves the last laboratory running until ctrl-C @default false
 * @throws Failure for an unknown name and if a drill failed
 */
export async function drills(
  given: readonly string[],
  options: { readonly seed?: string; readonly keep?: boolean } = {},
): Promise<void> {
  const { names, minutes, seed: soakSeed } = withoutSoakNumbers(given);
  const known = Object.keys(drillsByName);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new Failure(`${unknown} is not a drill. Drills: ${known.join(", ")}.`, "", exitCode.usage);
  const seed = Number(soakSeed ?? options.seed ?? Date.now() % 1_000_000);
  if (!Number.isInteger(seed) || seed < 0)
    throw new Failure(`--seed must be a non-negative integer, not ${soakSeed ?? options.seed}.`, "", exitCode.usage);

  const selected = names.length > 0 ? names : known;
  const chosen = new Set(selected.flatMap((name) => drillsByName[name] ?? []));
  const failed: string[] = [];
  for (const drill of chosen) {
    const { title, needs, run } = drill;
    print(title);
    const lacks = missing(needs);
    if (lacks.length > 0) {
      print(`  SKIPPED: needs ${lacks.map(({ hint }) => hint).join(", ")}`);
      // A drill that was named explicitly must run.
      if (names.length > 0) failed.push(title);
      continue;
    }
    const own = selected.filter((name) => drillsByName[name]?.includes(drill));
    const log = (line: string) => print(`  ${line}`);
    const { ok, lines } = await run({ log, seed, minutes, keep: options.keep, names: own });
    for (const line of lines) print(`  ${ok ? "" : "FAILED: "}${line}`);
    if (!ok) failed.push(title);
  }
  if (failed.length > 0) throw new Failure(`Failed: ${failed.join("; ")}.`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
