import type { Laboratory } from "../cluster/laboratory";
import type { DrillOptions, DrillResult } from "../result";
import { control2019 } from "./control-2019/control-2019";
import type { PathDrill } from "./drills/path-drill";
import { controlName, pathDrills } from "./drills/path-drills";
import { runDrill } from "./drills/run-drill";
import { inLaboratory, keepRunning } from "./in-laboratory";
import type { DrillRun } from "./records";
import { Progress } from "./report/progress";
import { publish } from "./report/publish";
import { passed } from "./report/verdict";
import { type VariantName, variants } from "./testbed/configuration";
import { Testbed } from "./testbed/testbed";

/**
 * Runs drills on the signer path, with one testbed for each variant, and the control run; writes a report.
 * @param names of the drills
 */
export async function runPathDrills(
  names: readonly string[],
  options: DrillOptions & { readonly seed: number },
): Promise<DrillResult> {
  const { keep = false, seed } = options;
  const progress = new Progress();
  const log = (line: string) => progress.above(() => options.log(line));
  const startedAt = new Date().toISOString();
  const runs: DrillRun[] = [];
  const failures: string[] = [];
  let controlRuns: readonly DrillRun[] = [];
  let versions: Readonly<Record<string, string>> = {};
  const result = (): DrillResult => {
    const all = [...runs, ...controlRuns];
    const { page, summary } = publish({ startedAt, seed, versions, runs: all });
    const ok = failures.length === 0 && all.every(passed);
    return { name: "signer-path", ok, lines: [...summary, ...failures, `report: ${page}`] };
  };
  const attempt = async (what: string, work: (lab: Laboratory) => Promise<void>): Promise<void> => {
    const failure = await inLaboratory(log, work);
    if (failure !== undefined) failures.push(`${what}: ${failure}`);
  };
  // Before the testbeds: the last of them is what --keep leaves running.
  if (names.includes(controlName)) {
    await attempt("the control run", async (lab) => {
      const control = await control2019(lab, log);
      controlRuns = control.runs;
      versions = control.versions;
    });
  }
  const chosen = pathDrills.filter(({ name }) => names.includes(name));
  const byVariant = (Object.keys(variants) as VariantName[])
    .map((variant) => ({ variant, drills: chosen.filter((drill) => (drill.variant ?? "standard") === variant) }))
    .filter(({ drills }) => drills.length > 0);
  for (const { variant, drills } of byVariant) {
    await attempt(drills.map(({ name }) => name).join(", "), async (lab) => {
      const testbed = await Testbed.start(lab, variants[variant], log);
      versions = { ...versions, ...testbed.versions() };
      const failure = await runAll(testbed, drills, runs, log, progress);
      if (failure) failures.push(failure);
      if (keep && variant === byVariant.at(-1)!.variant && !lab.interrupted)
        await keepRunning(testbed, result().lines, log);
    });
  }
  return result();
}

/** @returns the error of a drill that could not run; the drills after it don't run either */
async function runAll(
  testbed: Testbed,
  drills: readonly PathDrill[],
  runs: DrillRun[],
  log: (line: string) => void,
  progress: Progress,
): Promise<string | undefined> {
  for (const drill of drills) {
    log(`${drill.name}: ${drill.title}`);
    try {
      const run = await runDrill(testbed, drill, progress);
      runs.push(run);
      const { requests, failed, slowestSeconds } = run.statistics;
      const failedChecks = run.checks.filter((check) => !check.passed).map(({ text, actual }) => `${text}: ${actual}`);
      const verdict = failedChecks.length === 0 ? "passed" : `FAILED: ${failedChecks.join("; ")}`;
      log(`  ${failed} of ${requests} requests failed, the slowest took ${slowestSeconds.toFixed(2)} s: ${verdict}`);
      await testbed.untilAllUp();
    } catch (error) {
      if (testbed.lab.interrupted) return undefined;
      // The testbed is no longer in the state in which the next drill has to start.
      return `${drill.name}: ${(error as Error).message}`;
    }
  }
  return undefined;
}
