import type { Configuration } from "../../../lib/config/schema/configuration";
import { pathTimeoutSeconds } from "../../../lib/config/facts/signer-path";
import type { Testbed } from "../testbed/testbed";
import type { VariantName } from "../testbed/configuration";
import { invariants, noneFailed, slowestWithin } from "../evaluation/statistics";
import type { Check, DrillRun } from "../records";
import type { Uplink } from "../../home/uplink";

/** What a drill may look at when it is over, beside its run. */
export type FinishedRun = Omit<DrillRun, "checks"> & { readonly testbed: Testbed };

/** Something that is broken on purpose on the signer path while a baker signs. */
export interface PathDrill {
  /** As it is asked for. */
  readonly name: string;
  readonly title: string;
  /** @default "usual" */
  readonly variant?: VariantName;
  /** What breaks, in words. */
  readonly fault: string;
  /** Is done before the first request. @default - nothing */
  readonly prepare?: (testbed: Testbed) => Promise<void> | void;
  readonly begin: (testbed: Testbed) => Promise<void> | void;
  /** How long the fault lasts, seconds. 0: it is over at once. */
  readonly lasts: number;
  /** Ends the fault, and leaves the testbed as it was, as soon as all paths are up again. @default - nothing is left of it */
  readonly mend?: (testbed: Testbed) => Promise<void> | void;
  /** How long signing goes on after that, seconds. @default 8 */
  readonly afterwards?: number;
  /** What has to be mended when the drill is over. @default - nothing */
  readonly leave?: (testbed: Testbed) => Promise<void> | void;
  /** What must hold beside the invariants. */
  readonly checks: (ended: FinishedRun) => Check[];
}

/** Where a drill breaks one of a kind, it is the preferred one. */
export const [first, wire, lte] = ["pi-1", "eth0", "wwan0"] as const;

/** A fault of the first signer's wire, for a while. */
export const onWire = (
  begin: (uplink: Uplink) => void,
  seconds: number,
): Pick<PathDrill, "begin" | "lasts" | "mend"> => ({
  begin: (testbed) => begin(testbed.pi(first).uplink(wire)),
  lasts: seconds,
  mend: (testbed) => testbed.pi(first).uplink(wire).mend(),
});

/** T: how long one path may take before the next is tried, seconds. */
export const pathSeconds = ({ signers }: Configuration): number =>
  Math.max(...signers.map((signer) => pathTimeoutSeconds(signer)));

/**
 * Nothing is lost, and the slowest request costs no more than what it has to wait for: T for an uplink, two of them for
 * a signer, four for a forwarder, and what of these is broken at once one after the other. What the machine itself needs
 * comes on top.
 */
export const nothingLost = (
  { statistics, testbed }: FinishedRun,
  broken: "uplink" | "signer" | "forwarder" | "both",
): Check[] => {
  const [tries, margin] = { uplink: [1, 0.5], signer: [2, 0.5], forwarder: [4, 1], both: [6, 1] }[broken] as [
    number,
    number,
  ];
  return [...noneFailed(statistics), slowestWithin(statistics, tries * pathSeconds(testbed.configuration) + margin)];
};

/** All that had to hold. */
export const checksOf = (drill: PathDrill, ended: FinishedRun): Check[] => [
  ...drill.checks(ended),
  ...invariants(ended.statistics, ended.signatures),
];

/** How long after a moment of the run each of the stateChanges was "up" for the first time, at the latest. */
export function upWithin(
  { stateChanges }: Pick<FinishedRun, "stateChanges">,
  from: number,
  what: readonly { readonly where: string; readonly what: string }[],
  seconds: number,
): Check {
  const times = what.map((one) => {
    const up = stateChanges.find(
      ({ at, where, what: name, state }) => at > from && state === "up" && where === one.where && name === one.what,
    );
    return up ? up.at - from : Infinity;
  });
  const longest = Math.max(...times);
  const missing = what.filter((_, index) => times[index] === Infinity).map((one) => `${one.where} ${one.what}`);
  return {
    text: `${what.map((one) => one.what).join(", ")} up within ${seconds} s`,
    actual: missing.length > 0 ? `never: ${missing.join(", ")}` : `${longest.toFixed(1)} s`,
    passed: longest <= seconds,
  };
}

/**
 * The first signer's own word that it can't sign is heeded: two checks a second apart, the second that the health
 * endpoint keeps its word, and their answers. A refusal counts for it, whoever said it.
 */
export function outOfUse({ requests, faults }: Pick<FinishedRun, "requests" | "faults">): Check {
  const { at, until = Infinity } = faults[0]!;
  const last = requests
    .filter(({ at, outcome, signer }) => (signer === first || outcome === "refused") && at < until)
    .at(-1);
  const seconds = last === undefined ? 0 : Math.max(0, last.at + last.seconds - at);
  return { text: "out of use within 3.5 s", actual: `${seconds.toFixed(1)} s`, passed: seconds <= 3.5 };
}

/** From a moment of the run to the next signature. */
export function signingWithin({ requests }: Pick<FinishedRun, "requests">, from: number, seconds: number): Check {
  const first = requests
    .filter(({ outcome, at, seconds }) => outcome === "signed" && at + seconds > from)
    .map(({ at, seconds }) => at + seconds - from)
    .sort((a, b) => a - b)[0];
  return {
    text: `signing again within ${seconds} s`,
    actual: first === undefined ? "never" : `${first.toFixed(1)} s`,
    passed: first !== undefined && first <= seconds,
  };
}
