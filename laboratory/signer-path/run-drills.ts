import { join } from "node:path";
import { colorsFor } from "../../lib/terminal/colors";
import { Laboratory } from "../cluster/laboratory";
import type { DrillOptions, DrillResult } from "../result";
import { control2019 } from "./control-2019/control-2019";
import { Testbed } from "./testbed/testbed";
import { testbedConfiguration, type VariantName, variants } from "./testbed/configuration";
import { type PathDrill, pathSeconds } from "./drills/path-drill";
import { controlName, pathDrills } from "./drills/path-drills";
import type { DrillRun, Report } from "./records";
import { Progress } from "./report/progress";
import { passed } from "./report/reading";
import { reportSummary, writeReport } from "./report/summary";
import { runDrill } from "./drills/run-drill";

/**
 * Runs drills of the signer path, those of one kind of testbed on one testbed, and the control; writes the report.
 * @param names of the drills
 */
export async function signerPathDrills(
  names: readonly string[],
  options: DrillOptions & { readonly seed: number },
): Promise<DrillResult> {
  const { keep = false, seed } = options;
  const progress = new Progress();
  const log = (line: string) => progress.above(() => options.log(line));
  const startedAt = new Date();
  const runs: DrillRun[] = [];
  const failures: string[] = [];
  let control: DrillRun[] = [];
  let versions: Record<string, string> = {};
  const result = (): DrillResult => {
    const all = [...runs, ...control];
    const { page, summary } = publish({ startedAt: startedAt.toISOString(), seed, versions, runs: all });
    const ok = failures.length === 0 && all.every(passed);
    return { name: "signer-path", ok, lines: [...summary, ...failures, `the report: ${page}`] };
  };
  const orFail = async (what: string, work: (lab: Laboratory) => Promise<void>): Promise<void> => {
    const failure = await inLaboratory(log, work);
    if (failure !== undefined) failures.push(`${what}: ${failure}`);
  };
  // First: what is to be kept standing is a testbed.
  if (names.includes(controlName)) {
    await orFail("the control", async (lab) => {
      const { runs, versions: its } = await control2019(lab, log);
      [control, versions] = [[...runs], its];
    });
  }
  const chosen = pathDrills.filter(({ name }) => names.includes(name));
  const farms = (Object.keys(variants) as VariantName[])
    .map((variant) => ({ variant, drills: chosen.filter((drill) => (drill.variant ?? "usual") === variant) }))
    .filter(({ drills }) => drills.length > 0);
  for (const { variant, drills } of farms) {
    await orFail(drills.map(({ name }) => name).join(", "), async (lab) => {
      const testbed = await Testbed.start(lab, variants[variant], log);
      versions = { ...versions, ...testbed.versions() };
      const drill = await runAll(lab, testbed, drills, runs, log, progress);
      if (drill) failures.push(drill);
      if (keep && variant === farms.at(-1)!.variant && !lab.interrupted)
        await keepStanding(lab, testbed, result(), log);
    });
  }
  return result();
}

/** Writes the report of a testbed's runs. @returns its page, and its summary for the terminal */
export function publish(runs: Omit<Report, "lateSeconds">): { page: string; summary: string[] } {
  const lateSeconds = pathSeconds(testbedConfiguration(variants.usual, { sshPublicKeys: {} }));
  const report: Report = { ...runs, lateSeconds };
  const { page } = writeReport(report, join(process.cwd(), "dist/drills"));
  return { page, summary: reportSummary(report, colorsFor(process.stdout)).split("\n").filter(Boolean) };
}

/** @returns why it stopped, if it did before the last */
async function runAll(
  lab: Laboratory,
  testbed: Testbed,
  drills: readonly PathDrill[],
  runs: DrillRun[],
  log: (line: string) => void,
  progress: Progress,
): Promise<string | undefined> {
  for (const drill of drills) {
    log(`${drill.name}: ${drill.title}`);
    try {
      const run = await runDrill(lab, testbed, drill, progress);
      runs.push(run);
      const { requests, failed, slowest } = run.statistics;
      const broken = run.checks.filter((check) => !check.passed).map(({ text, actual }) => `${text}: ${actual}`);
      const told = broken.length === 0 ? "passed" : `NOT HELD: ${broken.join("; ")}`;
      log(`  ${failed} of ${requests} failed, the slowest took ${slowest.toFixed(2)} s: ${told}`);
      await testbed.untilAllUp();
    } catch (error) {
      if (lab.interrupted) return undefined;
      // What comes after it would begin where this should have ended.
      return `${drill.name}: ${(error as Error).message}`;
    }
  }
  return undefined;
}

/**
 * Works in a laboratory of its own.
 * @returns why it failed, if it did: what was found before that is reported all the same
 */
export async function inLaboratory(
  log: (line: string) => void,
  work: (lab: Laboratory) => Promise<void>,
): Promise<string | undefined> {
  try {
    const lab = await Laboratory.start({ log });
    try {
      await work(lab);
    } finally {
      await lab.end();
    }
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Leaves a testbed to whoever is at the terminal, until ctrl-C, which ends this process. */
export async function keepStanding(
  lab: Laboratory,
  { pis }: Testbed,
  { lines }: DrillResult,
  log: (line: string) => void,
): Promise<void> {
  for (const line of lines) log(line);
  log(`The testbed stands until ctrl-C. Its kubectl: ${lab.kubectlCommand}`);
  for (const pi of pis) log(`${pi.name}: ${[...pi.enter, "bash"].join(" ")}`);
  // A timer keeps this process alive; ctrl-C is the laboratory's to handle.
  await new Promise(() => setInterval(() => {}, 1 << 30));
}
