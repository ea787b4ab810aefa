import { randomNumbers } from "../../random";
import { type FaultKind, faultKinds, type Path, propsOf } from "./fault-kinds";

/** The components that a soak may break. */
export interface Topology {
  readonly signers: readonly string[];
  /** Of each signer. */
  readonly uplinks: readonly string[];
  readonly forwarders: readonly string[];
}

/** A fault of a soak. */
export interface SoakFault {
  readonly kind: FaultKind;
  /** Which components it affects. A component that is left out stands for all of its type. */
  readonly target: Partial<Path>;
  /** Begin and end, in seconds since the run's start. */
  readonly at: number;
  readonly until: number;
}

/**
 * When a fault begins, a pending request may need this long to fail over, so the path that it left and the one that it
 * moves to must overlap, in seconds.
 */
export const failoverSeconds = 5;
/** Average time between two faults, in seconds. */
const meanPauseSeconds = 10;

/** Whether a fault takes a path down. */
export const affects = ({ target }: Pick<SoakFault, "target">, path: Path): boolean =>
  (Object.keys(target) as (keyof Path)[]).every((component) => target[component] === path[component]);

/** When the paths of a fault are up again, at the latest. */
export const recoveredAt = ({ kind, at, until }: SoakFault): number =>
  until + propsOf(kind).recoverySeconds(until - at);

/** All paths of a topology. */
export const pathsOf = ({ signers, uplinks, forwarders }: Topology): Path[] =>
  signers.flatMap((signer) =>
    uplinks.flatMap((uplink) => forwarders.map((forwarder) => ({ signer, uplink, forwarder }))),
  );

/**
 * Draws random, overlapping faults such that at any time some path is up for long enough to answer pending requests.
 * All faults are over before the end.
 * @param seconds that the soak takes
 * @param seed determines the faults
 */
export function soakPlan(topology: Topology, seconds: number, seed: number): SoakFault[] {
  const random = randomNumbers(seed);
  const one = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)]!;
  const between = (from: number, to: number) => Math.round((from + random() * (to - from)) * 10) / 10;
  const weighted = faultKinds.flatMap((kind) => Array.from({ length: propsOf(kind).weight ?? 1 }, () => kind));
  const names = { signer: topology.signers, uplink: topology.uplinks, forwarder: topology.forwarders };

  const plan: SoakFault[] = [];
  for (let at = 5; at < seconds; at += between(meanPauseSeconds / 2, meanPauseSeconds * 1.5)) {
    // The more is broken, the fewer draws are allowed: draw several times.
    for (let attempts = 0; attempts < 8; attempts++) {
      const kind = one(weighted);
      const { target, lastsSeconds } = propsOf(kind);
      const chosen = Object.fromEntries(target.map((component) => [component, one<string>(names[component])]));
      const fault: SoakFault = { kind, target: chosen, at: round(at), until: round(at + between(...lastsSeconds)) };
      const near = plan.filter((other) => recoveredAt(other) + 2 * failoverSeconds > at);
      const isAllowed =
        recoveredAt(fault) <= seconds &&
        near.every((other) => !interfere(fault, other)) &&
        alwaysHasPath([...near, fault], topology);
      if (!isAllowed) continue;
      plan.push(fault);
      break;
    }
  }
  return plan;
}

/** Whether at any time some path is up for long enough to fail over. */
export function alwaysHasPath(faults: readonly SoakFault[], topology: Topology): boolean {
  const paths = pathsOf(topology);
  // The number of paths that are up decreases only when a fault begins.
  return faults.every(({ at }) =>
    paths.some((path) =>
      faults.every(
        (fault) =>
          !affects(fault, path) || fault.at >= at + failoverSeconds || recoveredAt(fault) + failoverSeconds <= at,
      ),
    ),
  );
}

/**
 * Whether the end of one fault would end the other too, because they affect the same component or one that contains it.
 */
export function interfere(a: SoakFault, b: SoakFault): boolean {
  if (recoveredAt(a) <= b.at || recoveredAt(b) <= a.at) return false;
  const shared = (Object.keys(a.target) as (keyof Path)[]).filter((component) => b.target[component] !== undefined);
  return shared.length > 0 && shared.every((component) => a.target[component] === b.target[component]);
}

const round = (seconds: number) => Math.round(seconds * 10) / 10;
