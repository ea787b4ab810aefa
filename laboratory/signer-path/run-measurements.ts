import type { DrillOptions, DrillResult } from "../result";
import { inLaboratory, keepRunning } from "./in-laboratory";
import { latency } from "./measurements/latency";
import { metered } from "./measurements/metered";
import { type MeasurementName, measurementNames } from "./measurements/names";
import type { DrillRun } from "./records";
import { publish } from "./report/publish";
import { checkVerdict, passed } from "./report/verdict";
import { soak } from "./soak/soak";
import { variants } from "./testbed/configuration";
import { Testbed } from "./testbed/testbed";

export interface MeasurementOptions extends DrillOptions {
  /** Determines the soak's faults. */
  readonly seed: number;
  /** How long the soak takes. */
  readonly minutes: number;
}

type Measurement = (testbed: Testbed, options: MeasurementOptions) => Promise<DrillRun>;

const measurements: Readonly<Record<MeasurementName, Measurement>> = {
  latency: (testbed, { log }) => latency(testbed, log),
  metered: (testbed, { log }) => metered(testbed, log),
  soak: (testbed, { log, seed, minutes }) => soak(testbed, { log, seed, seconds: 60 * minutes }),
};

/** Runs measurements on one testbed, one after the other, and writes a report of them. */
export async function runMeasurements(names: readonly string[], options: MeasurementOptions): Promise<DrillResult> {
  const { log, keep = false, seed } = options;
  const startedAt = new Date().toISOString();
  const runs: DrillRun[] = [];
  const failures: string[] = [];
  let versions: Readonly<Record<string, string>> = {};
  const result = (): DrillResult => {
    const { page, summary } = publish({ startedAt, seed, versions, runs });
    const checks = runs.flatMap((run) =>
      run.checks.map((check) => `${checkVerdict(run, check)}: ${run.name}: ${check.text}: ${check.actual}`),
    );
    const ok = runs.length === names.length && failures.length === 0 && runs.every(passed);
    return { name: names.join(", "), ok, lines: [...summary, ...checks, ...failures, `report: ${page}`] };
  };
  const failure = await inLaboratory(log, async (lab) => {
    const testbed = await Testbed.start(lab, variants.standard, log);
    versions = testbed.versions();
    for (const name of measurementNames.filter((name) => names.includes(name))) {
      runs.push(await measurements[name](testbed, options));
      await testbed.untilAllUp();
    }
    if (keep && !lab.interrupted) await keepRunning(testbed, result().lines, log);
  });
  if (failure !== undefined) failures.push(failure);
  return result();
}
