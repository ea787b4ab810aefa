import { noneFailed, slowestWithin } from "../evaluation/checks";
import type { Check } from "../records";
import { maxPathTimeoutSeconds } from "../testbed/configuration";
import { type FinishedRun, firstSigner } from "./path-drill";

/** Something whose state is recorded: StateChange's fields. */
interface Observed {
  readonly where: string;
  readonly what: string;
}

/** The tunnels of a signer to a forwarder. */
export const tunnels = (signer: string, forwarder: string, uplinks: readonly string[]): Observed[] =>
  uplinks.map((uplink) => ({ where: signer, what: `tunnel ${forwarder} ${uplink}` }));

/** When the fault began, in seconds since the run's start. */
export const faultStart = ({ faults }: Pick<FinishedRun, "faults">): number => faults[0]!.at;
/** When the fault was repaired. */
export const faultEnd = ({ faults }: Pick<FinishedRun, "faults">): number => faults[0]!.until!;

/**
 * How many path time-outs T a request may wait when something is down: one for an uplink, two for a signer, four for a
 * forwarder, and their sum for a signer and a forwarder. The margin is for the host's own delays, in seconds.
 */
const cost = {
  uplink: { timeouts: 1, margin: 0.5 },
  signer: { timeouts: 2, margin: 0.5 },
  forwarder: { timeouts: 4, margin: 1 },
  "signer and forwarder": { timeouts: 6, margin: 1 },
} as const;

/** No request fails, and the slowest one costs no more than the time-outs of what is down. */
export function nothingLost({ statistics, testbed }: FinishedRun, down: keyof typeof cost): Check[] {
  const { timeouts, margin } = cost[down];
  return [
    ...noneFailed(statistics),
    slowestWithin(statistics, timeouts * maxPathTimeoutSeconds(testbed.configuration) + margin),
  ];
}

/** Each of these comes up soon enough after a moment of the run. */
export function upWithin(
  { stateChanges }: Pick<FinishedRun, "stateChanges">,
  from: number,
  expected: readonly Observed[],
  seconds: number,
): Check {
  const times = expected.map(({ where, what }) => {
    const up = stateChanges.find(
      (change) => change.at > from && change.state === "up" && change.where === where && change.what === what,
    );
    return up ? up.at - from : Infinity;
  });
  const longest = Math.max(...times);
  const missing = expected.filter((_, index) => times[index] === Infinity).map(({ where, what }) => `${where} ${what}`);
  return {
    text: `${expected.map(({ what }) => what).join(", ")} up within ${seconds} s`,
    actual: missing.length > 0 ? `never: ${missing.join(", ")}` : `${longest.toFixed(1)} s`,
    passed: longest <= seconds,
  };
}

/** None of these goes down. */
export function neverDown({ stateChanges }: Pick<FinishedRun, "stateChanges">, expected: readonly Observed[]): Check {
  const [down] = stateChanges.filter(
    (change) =>
      change.state === "down" && expected.some(({ where, what }) => where === change.where && what === change.what),
  );
  return {
    text: `${[...new Set(expected.map(({ what }) => what))].join(", ")} stay up`,
    actual: down ? `${down.where} ${down.what} went down` : "all up",
    passed: !down,
  };
}

/**
 * HAProxy stops using the first signer soon after its health endpoint reports that it can't sign: two health checks one
 * second apart, one second during which the endpoint caches its answer, and the time that they take. The last request
 * that the first signer answered counts, and so does a refusal by any signer.
 */
export function outOfUse({ requests, faults }: Pick<FinishedRun, "requests" | "faults">): Check {
  const { at, until = Infinity } = faults[0]!;
  const last = requests
    .filter(({ at, outcome, signer }) => (signer === firstSigner || outcome === "refused") && at < until)
    .at(-1);
  const seconds = last === undefined ? 0 : Math.max(0, last.at + last.seconds - at);
  return { text: `${firstSigner} unused within 3.5 s`, actual: `${seconds.toFixed(1)} s`, passed: seconds <= 3.5 };
}

/** The next signature after a moment of the run arrives soon enough. */
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
