import { Failure } from "../../lib/cli/failure";
import { missing, type Needs } from "../support/real";
import { killDrill, killNeeds } from "./kill/kill";
import { laboratoryNeeds } from "./lab/laboratory";
import type { DrillOptions, DrillResult } from "./result";

/** Something that is broken on purpose, with the real programs, to see that the rest holds. */
interface Drill {
  readonly title: string;
  readonly needs: Needs;
  readonly run: (options: DrillOptions & { readonly seed: number }) => Promise<DrillResult>;
}

const kill: Drill = { title: "kill -9 anywhere in the init containers", needs: killNeeds, run: killDrill };
const powerCuts: Drill = {
  title: "whole boots on real machines, with power cuts in every phase",
  needs: laboratoryNeeds,
  run: async (options) => (await import("./boot")).bootDrill(options),
};

/** The drills by the names under which they are asked for; a name may stand for several. */
export const drillsByName: Readonly<Record<string, readonly Drill[]>> = { kill: [kill], boot: [kill, powerCuts] };

/**
 * Runs drills and prints what held and what did not.
 * @param names all, if none is given
 * @throws Failure if something did not hold
 */
export async function drills(
  names: readonly string[],
  options: { readonly seed?: string; readonly keep?: boolean } = {},
): Promise<void> {
  const known = Object.keys(drillsByName);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Failure(`There is no drill ${unknown}. There are ${known.join(", ")}.`);
  const seed = options.seed === undefined ? Date.now() % 1_000_000 : Number(options.seed);
  if (!Number.isInteger(seed) || seed < 0) throw new Failure(`--seed must be a number from 0, not ${options.seed}.`);

  const chosen = new Set((names.length > 0 ? names : known).flatMap((name) => drillsByName[name] ?? []));
  const failed: string[] = [];
  for (const { title, needs, run } of chosen) {
    print(title);
    const lacks = missing(needs);
    if (lacks.length > 0) {
      print(`  SKIPPED: needs ${lacks.map(({ hint }) => hint).join(", ")}`);
      continue;
    }
    const { ok, lines } = await run({ say: (line) => print(`  ${line}`), seed, keep: options.keep });
    for (const line of lines) print(`  ${ok ? "" : "FAILED: "}${line}`);
    if (!ok) failed.push(title);
  }
  if (failed.length > 0) throw new Failure(`What did not hold: ${failed.join("; ")}.`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
