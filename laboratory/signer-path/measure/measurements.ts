import type { Laboratory } from "../../cluster/laboratory";
import type { DrillOptions, DrillResult } from "../../result";
import { Farm } from "../farm/farm";
import { variants } from "../farm/configuration";
import { type MeasurementName, measurementNames } from "./names";
import { latency } from "./latency";
import { metered } from "./metered";
import type { DrillRun } from "../records";
import { held } from "../report/reading";
import { inLaboratory, keepStanding, publish } from "../run";
import { soak } from "../soak/soak";

export interface MeasurementOptions extends DrillOptions {
  /** Of the soak's faults: the same one leads to the same. */
  readonly seed: number;
  /** How long the soak takes. */
  readonly minutes: number;
}

type Measurement = (lab: Laboratory, farm: Farm, options: MeasurementOptions) => Promise<DrillRun>;

const measurements: Readonly<Record<MeasurementName, Measurement>> = {
  latency: (lab, farm, { say }) => latency(lab, farm, say),
  metered: (lab, farm, { say }) => metered(lab, farm, say),
  soak: (lab, farm, { say, seed, minutes }) => soak(lab, farm, { say, seed, seconds: 60 * minutes }),
};

/** Takes measurements, one after the other on one farm, and writes a report of them. */
export async function takeMeasurements(names: readonly string[], options: MeasurementOptions): Promise<DrillResult> {
  const { say, keep = false, seed } = options;
  const startedAt = new Date().toISOString();
  const runs: DrillRun[] = [];
  const failures: string[] = [];
  let versions: Readonly<Record<string, string>> = {};
  const result = (): DrillResult => {
    const { page, summary } = publish({ startedAt, seed, versions, runs });
    const bounds = runs.flatMap(({ name, bounds }) =>
      bounds.map(({ text, found, held }) => `${held ? "held" : "NOT HELD"}: ${name}: ${text}: ${found}`),
    );
    const ok = runs.length === names.length && failures.length === 0 && runs.every(held);
    return { name: names.join(", "), ok, lines: [...summary, ...bounds, ...failures, `the report: ${page}`] };
  };
  const failure = await inLaboratory(say, async (lab) => {
    const farm = await Farm.start(lab, variants.usual, say);
    versions = farm.versions();
    for (const name of measurementNames.filter((name) => names.includes(name))) {
      runs.push(await measurements[name](lab, farm, options));
      await farm.untilAllUp();
    }
    if (keep && !lab.interrupted) await keepStanding(lab, farm, result(), say);
  });
  if (failure !== undefined) failures.push(failure);
  return result();
}
