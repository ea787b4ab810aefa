import type { Configuration } from "../../../lib/config/schema/configuration";
import { pathTimeoutSeconds } from "../../../lib/config/facts/signer-path";
import type { Farm } from "../farm/farm";
import type { VariantName } from "../farm/configuration";
import { invariants, noneFailed, slowestWithin } from "../measure/outcomes";
import type { Bound, DrillRun } from "../records";
import type { Uplink } from "../../home/uplink";

/** What a drill may look at when it is over, beside its run. */
export type Ended = Omit<DrillRun, "bounds"> & { readonly farm: Farm };

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
  readonly prepare?: (farm: Farm) => Promise<void> | void;
  readonly begin: (farm: Farm) => Promise<void> | void;
  /** How long the fault lasts, seconds. 0: it is over at once. */
  readonly lasts: number;
  /** Ends the fault, and leaves the farm as it was, as soon as all paths are up again. @default - nothing is left of it */
  readonly mend?: (farm: Farm) => Promise<void> | void;
  /** How long signing goes on after that, seconds. @default 8 */
  readonly afterwards?: number;
  /** What has to be mended when the drill is over. @default - nothing */
  readonly leave?: (farm: Farm) => Promise<void> | void;
  /** What must hold beside the invariants. */
  readonly bounds: (ended: Ended) => Bound[];
}

/** Where a drill breaks one of a kind, it is the preferred one. */
export const [first, wire, lte] = ["pi-1", "eth0", "wwan0"] as const;

/** A fault of the first signer's wire, for a while. */
export const onWire = (
  begin: (uplink: Uplink) => void,
  seconds: number,
): Pick<PathDrill, "begin" | "lasts" | "mend"> => ({
  begin: (farm) => begin(farm.pi(first).uplink(wire)),
  lasts: seconds,
  mend: (farm) => farm.pi(first).uplink(wire).mend(),
});

/** T: how long one path may take before the next is tried, seconds. */
export const pathSeconds = ({ signers }: Configuration): number =>
  Math.max(...signers.map((signer) => pathTimeoutSeconds(signer)));

/**
 * Nothing is lost, and the slowest request costs no more than what it has to wait for: T for an uplink, two of them for
 * a signer, four for a forwarder, and what of these is broken at once one after the other. What the machine itself needs
 * comes on top.
 */
export const nothingLost = ({ measures, farm }: Ended, broken: "uplink" | "signer" | "forwarder" | "both"): Bound[] => {
  const [tries, margin] = { uplink: [1, 0.5], signer: [2, 0.5], forwarder: [4, 1], both: [6, 1] }[broken] as [
    number,
    number,
  ];
  return [...noneFailed(measures), slowestWithin(measures, tries * pathSeconds(farm.configuration) + margin)];
};

/** All that had to hold. */
export const boundsOf = (drill: PathDrill, ended: Ended): Bound[] => [
  ...drill.bounds(ended),
  ...invariants(ended.measures, ended.signatures),
];

/** How long after a moment of the run each of the states was "up" for the first time, at the latest. */
export function upWithin(
  { states }: Pick<Ended, "states">,
  from: number,
  what: readonly { readonly where: string; readonly what: string }[],
  seconds: number,
): Bound {
  const times = what.map((one) => {
    const up = states.find(
      ({ at, where, what: name, state }) => at > from && state === "up" && where === one.where && name === one.what,
    );
    return up ? up.at - from : Infinity;
  });
  const longest = Math.max(...times);
  const missing = what.filter((_, index) => times[index] === Infinity).map((one) => `${one.where} ${one.what}`);
  return {
    text: `${what.map((one) => one.what).join(", ")} up within ${seconds} s`,
    found: missing.length > 0 ? `never: ${missing.join(", ")}` : `${longest.toFixed(1)} s`,
    held: longest <= seconds,
  };
}

/**
 * The first signer's own word that it can't sign is heeded: two checks a second apart, the second that the health
 * endpoint keeps its word, and their answers. A refusal counts for it, whoever said it.
 */
export function outOfUse({ requests, faults }: Pick<Ended, "requests" | "faults">): Bound {
  const { at, until = Infinity } = faults[0]!;
  const last = requests
    .filter(({ at, outcome, signer }) => (signer === first || outcome === "refused") && at < until)
    .at(-1);
  const seconds = last === undefined ? 0 : Math.max(0, last.at + last.seconds - at);
  return { text: "out of use within 3.5 s", found: `${seconds.toFixed(1)} s`, held: seconds <= 3.5 };
}

/** From a moment of the run to the next signature. */
export function signingWithin({ requests }: Pick<Ended, "requests">, from: number, seconds: number): Bound {
  const first = requests
    .filter(({ outcome, at, seconds }) => outcome === "signed" && at + seconds > from)
    .map(({ at, seconds }) => at + seconds - from)
    .sort((a, b) => a - b)[0];
  return {
    text: `signing again within ${seconds} s`,
    found: first === undefined ? "never" : `${first.toFixed(1)} s`,
    held: first !== undefined && first <= seconds,
  };
}
