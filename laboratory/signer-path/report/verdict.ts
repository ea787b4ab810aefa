import type { Check, DrillRun, RequestRecord, System } from "../records";

/** What the records of a run mean, for the HTML page and for the terminal. */

export const systemNames: Readonly<Record<System, string>> = {
  ours: "This project",
  "2019": "2019, before its fix",
  "2019-fixed": "2019, with its fix",
};

/** Whether a run is of the incident report's configuration, which must fail as in the report. */
export const isControl = ({ system }: Pick<DrillRun, "system">): boolean => system !== "ours";

/** Whether all checks of a run passed. */
export const passed = ({ checks }: Pick<DrillRun, "checks">): boolean => checks.every((check) => check.passed);

export interface Verdict {
  readonly text: string;
  /** Whether it is shown in green. */
  readonly good: boolean;
}

/** The verdict on a run. A control run that fails as expected is not shown in green either. */
export function verdict(run: DrillRun): Verdict {
  const { checks } = run;
  const failed = checks.filter((check) => !check.passed).length;
  if (isControl(run)) {
    return { text: failed > 0 ? "did not fail: the drills prove nothing" : "fails, as in 2019", good: false };
  }
  if (failed > 0) return { text: `${failed} of ${checks.length} checks failed`, good: false };
  return { text: `${checks.length} of ${checks.length} checks passed`, good: true };
}

/** The verdict on a check. The checks of a control run are that the failure of 2019 is observed. */
export const checkVerdict = (run: DrillRun, check: Pick<Check, "passed">): string => {
  if (isControl(run)) return check.passed ? "observed" : "NOT OBSERVED";
  return check.passed ? "passed" : "FAILED";
};

export const mark = (good: boolean): string => (good ? "✓" : "✗");

/** The runs of a drill, with this project's before those of 2019. */
export interface DrillGroup {
  readonly name: string;
  readonly title: string;
  readonly runs: readonly DrillRun[];
}

/** Groups runs by the names of their drills. */
export function drillGroups(runs: readonly DrillRun[]): DrillGroup[] {
  const systems = ["ours", ...Object.keys(systemNames).filter((system) => system !== "ours")];
  const names = [...new Set(runs.map(({ name }) => name))];
  return names.map((name) => {
    const own = systems.flatMap((system) => runs.filter((run) => run.name === name && run.system === system));
    return { name, title: own[0]!.title, runs: own };
  });
}

/** A run with more faults is a soak: its faults get no numbers in the timeline, and their list is collapsed. */
export const maxNumberedFaults = 8;

/** Whether a request was signed, but took longer than `lateSeconds`. */
export const isLate = ({ outcome, seconds }: RequestRecord, lateSeconds: number): boolean =>
  outcome === "signed" && seconds > lateSeconds;

/** In seconds since the run's start. */
export interface Gap {
  readonly from: number;
  readonly to: number;
}

/** Times of more than a second without a signature, from the first request to the end of the last one. */
export function gapsInSigning(requests: readonly RequestRecord[]): Gap[] {
  const ends = requests.map(({ at, seconds }) => at + seconds);
  const signed = requests.flatMap(({ outcome }, index) => (outcome === "signed" ? [ends[index]!] : []));
  const first = Math.min(...requests.map(({ at }) => at));
  const last = ends.reduce((a, b) => Math.max(a, b), 0);
  const moments = [first, ...signed.sort((a, b) => a - b), last];
  return moments.slice(1).flatMap((to, index) => (to - moments[index]! > 1 ? [{ from: moments[index]!, to }] : []));
}
