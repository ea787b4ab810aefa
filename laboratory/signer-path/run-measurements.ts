import type { Laboratory } from "../cluster/laboratory";
import type { DrillOptions, DrillResult } from "../result";
import { Testbed } from "./testbed/testbed";
import { variants } from "./testbed/configuration";
import { type MeasurementName, measurementNames } from "./measurements/names";
import { latency } from "./measurements/latency";
import { metered } from "./measurements/metered";
import type { DrillRun } from "./records";
import { passed } from "./report/reading";
import { inLaboratory, keepStanding, publish } from "./run-drills";
import { soak } from "./soak/soak";

export interface MeasurementOptions extends DrillOptions {
  /** Of the soak's faults: the same one leads to the same. */
  readonly seed: number;
  /** How long the soak takes. */
  readonly minutes: number;
}

type Measurement = (lab: Laboratory, testbed: Testbed, options: MeasurementOptions) => Promise<DrillRun>;

const measurements: Readonly<Record<MeasurementName, Measurement>> = {
  latency: (lab, testbed, { log }) => latency(lab, testbed, log),
  metered: (lab, testbed, { log }) => metered(lab, testbed, log),
  soak: (lab, testbed, { log, seed, minutes }) => soak(lab, testbed, { log, seed, seconds: 60 * minutes }),
};

/** Takes measurements, one after the other on one testbed, and writes a report of them. */
export async function takeMeasurements(names: readonly string[], options: MeasurementOptions): Promise<DrillResult> {
  const { log, keep = false, seed } = options;
  const startedAt = new Date().toISOString();
  const runs: DrillRun[] = [];
  const failures: string[] = [];
  let versions: Readonly<Record<string, string>> = {};
  const result = (): DrillResult => {
    const { page, summary } = publish({ startedAt, seed, versions, runs });
    const checks = runs.flatMap(({ name, checks }) =>
      checks.map(({ text, actual, passed }) => `${passed ? "passed" : "NOT HELD"}: ${name}: ${text}: ${actual}`),
    );
    const ok = runs.length === names.length && failures.length === 0 && runs.every(passed);
    return { name: names.join(", "), ok, lines: [...summary, ...checks, ...failures, `the report: ${page}`] };
  };
  const failure = await inLaboratory(log, async (lab) => {
    const testbed = await Testbed.start(lab, variants.usual, log);
    versions = testbed.versions();
    for (const name of measurementNames.filter((name) => names.includes(name))) {
      runs.push(await measurements[name](lab, testbed, options));
      await testbed.untilAllUp();
    }
    if (keep && !lab.interrupted) await keepStanding(lab, testbed, result(), log);
  });
  if (failure !== undefined) failures.push(failure);
  return result();
}
