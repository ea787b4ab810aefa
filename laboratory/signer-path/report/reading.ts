import type { DrillRun, RequestRecord, System } from "../records";

/** What the numbers of a run mean, and how they are put: for the page and for the terminal alike. */

export const systemNames: Readonly<Record<System, string>> = {
  ours: "This project",
  "2019": "2019, before its fix",
  "2019-fixed": "2019, with its fix",
};

/** A run of the report's configuration: it is there to fail as the report says. */
export const isControl = ({ system }: Pick<DrillRun, "system">): boolean => system !== "ours";

export const passed = ({ checks }: DrillRun): boolean => checks.every((check) => check.passed);

export interface Verdict {
  readonly text: string;
  /** Green in the report: nothing was lost that should not be. */
  readonly good: boolean;
}

/** A control that fails is as it should be, and still nothing to show in green. */
export function verdict(run: DrillRun): Verdict {
  const { checks } = run;
  const broken = checks.filter((check) => !check.passed).length;
  if (isControl(run)) {
    if (broken > 0) return { text: "did not fail: proves nothing", good: false };
    return { text: "fails, as in 2019", good: false };
  }
  if (broken > 0) return { text: `${broken} of ${checks.length} checks did not hold`, good: false };
  return { text: `${checks.length} of ${checks.length} checks passed`, good: true };
}

/** Of a check: the control's checks are that the old failure is seen. */
export const checkVerdict = (run: DrillRun, check: { readonly passed: boolean }): string => {
  if (isControl(run)) return check.passed ? "seen" : "not seen";
  return check.passed ? "passed" : "not passed";
};

export const mark = (good: boolean): string => (good ? "✓" : "✗");

/** A drill: what ran under one name, ours before the controls. */
export interface DrillGroup {
  readonly name: string;
  readonly title: string;
  readonly runs: readonly DrillRun[];
}

const systems: readonly System[] = ["ours", "2019", "2019-fixed"];

export function drillGroups(runs: readonly DrillRun[]): DrillGroup[] {
  const names = [...new Set(runs.map(({ name }) => name))];
  return names.map((name) => {
    const own = systems.flatMap((system) => runs.filter((run) => run.name === name && run.system === system));
    return { name, title: own[0]!.title, runs: own };
  });
}

/** More faults than that are a soak: they have no numbers in the picture, and their list is folded away. */
export const mostFaultsShown = 8;

/** Answered with a signature, after more than `lateSeconds`. */
export const isLate = ({ outcome, seconds }: RequestRecord, lateSeconds: number): boolean =>
  outcome === "signed" && seconds > lateSeconds;

export interface Gap {
  readonly from: number;
  readonly to: number;
}

/** Times of more than a second between two signed answers, or between the last one and the last request's end. */
export function gapsWithoutSigner(requests: readonly RequestRecord[]): Gap[] {
  const ends = requests.map(({ at, seconds }) => at + seconds);
  const signed = requests.flatMap(({ outcome }, index) => (outcome === "signed" ? [ends[index]!] : []));
  const first = Math.min(...requests.map(({ at }) => at));
  const last = ends.reduce((a, b) => Math.max(a, b), 0);
  const moments = [first, ...signed.sort((a, b) => a - b), last];
  return moments.slice(1).flatMap((to, index) => (to - moments[index]! > 1 ? [{ from: moments[index]!, to }] : []));
}

/** "0.54 s", "32 ms", "12 min". */
export function duration(seconds: number): string {
  if (seconds >= 600) return `${Math.round(seconds / 60)} min`;
  if (seconds >= 10) return `${seconds.toFixed(0)} s`;
  if (seconds >= 0.1) return `${seconds.toFixed(2)} s`;
  return seconds === 0 ? "0 s" : `${(seconds * 1000).toFixed(0)} ms`;
}

/** A moment of a run: "12.3 s", and "12:03" from ten minutes on. */
export function moment(seconds: number): string {
  if (seconds < 600) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
}

export const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ",");
