import { randomNumbers } from "../../random";

/** What a testbed has that can break. */
export interface Parts {
  readonly signers: readonly string[];
  /** Of each signer. */
  readonly uplinks: readonly string[];
  readonly forwarders: readonly string[];
}

/** A way from the baker to a signer. */
export interface Path {
  readonly signer: string;
  readonly uplink: string;
  readonly forwarder: string;
}

/** A fault of a soak: what breaks, and from when until when, in seconds. */
export interface SoakFault {
  readonly kind: FaultKind;
  /** What it befalls; a part that is left out means all of them. */
  readonly target: Partial<Path>;
  readonly at: number;
  readonly until: number;
}

interface Kind {
  /** The parts of a path that it befalls one of. */
  readonly target: readonly (keyof Path)[];
  /** How long it lasts, from and to, seconds. 0: it is over at once. */
  readonly lasts: readonly [number, number];
  /** How long after it the paths may need to stand again, seconds. */
  readonly settles: (lasted: number) => number;
  /** How often it is drawn, against the others. @default 1 */
  readonly weight?: number;
}

/**
 * Until a tunnel stands again: packets that were lost are sent again after up to as long as they were lost, ssh gives up
 * after 4 s (45 s on a metered uplink), a new try waits 5 s, takes 5 s at most, and may meet sshd's penalty of 15 s.
 */
const tunnelBack = (lasted: number): number => 30 + Math.min(lasted, 45);
const onUplink = { target: ["signer", "uplink"], settles: tunnelBack } as const;
const onSigner = { target: ["signer"], lasts: [5, 40], settles: () => 5 } as const;

/** What can happen, short of what no proxy can save: a refusal, and an answer that breaks off after its headers. */
const kinds = {
  "drop packets": { ...onUplink, lasts: [3, 90], weight: 3 },
  "drop packets to the signer": { ...onUplink, lasts: [3, 60] },
  "drop packets from the signer": { ...onUplink, lasts: [3, 60] },
  "lose a third of the packets": { ...onUplink, lasts: [10, 60] },
  "narrow the uplink": { ...onUplink, lasts: [10, 60] },
  "lengthen the way": { ...onUplink, lasts: [10, 60] },
  "swallow large packets": { ...onUplink, lasts: [10, 60] },
  "reset connections": { ...onUplink, lasts: [10, 60] },
  "router forgets its connections": { ...onUplink, lasts: [0, 0] },
  "pull the cable": { ...onUplink, lasts: [3, 60] },
  "another address": { ...onUplink, lasts: [0, 0] },
  "kill ssh": { ...onUplink, lasts: [0, 0], weight: 2 },
  "freeze ssh": { ...onUplink, lasts: [5, 30] },
  "signer hangs": { ...onSigner, weight: 2 },
  "signer closes": onSigner,
  "signer is slow": onSigner,
  "signer is killed": { ...onSigner, lasts: [0, 0] },
  "signer's program is frozen": onSigner,
  "signer loses power": { target: ["signer"], lasts: [5, 60], settles: () => 75 },
  "forwarder loses power": { target: ["forwarder"], lasts: [5, 60], settles: () => 120 },
  "forwarder is cut off": { target: ["forwarder"], lasts: [5, 60], settles: tunnelBack },
  "kill sshd": { target: ["signer", "forwarder"], lasts: [0, 0], settles: () => 45 },
  "kill HAProxy": { target: ["forwarder"], lasts: [0, 0], settles: () => 45 },
  "freeze HAProxy": { target: ["forwarder"], lasts: [5, 20], settles: () => 10 },
  "delete the forwarder's pod": { target: ["forwarder"], lasts: [0, 0], settles: () => 75 },
} as const satisfies Record<string, Kind>;
export type FaultKind = keyof typeof kinds;
export const faultKinds = Object.keys(kinds) as FaultKind[];
const kindOf = (kind: FaultKind): Kind => kinds[kind];

/** A request that is under way when one path stands again and another one breaks needs both for so long, seconds. */
export const handoverSeconds = 5;
/** Between two faults, seconds, on average. */
const meanPauseSeconds = 10;

/** Whether a fault takes a path. */
export const takes = ({ target }: Pick<SoakFault, "target">, path: Path): boolean =>
  (Object.keys(target) as (keyof Path)[]).every((part) => target[part] === path[part]);

/** When the paths of a fault stand again, at the latest. */
export const settledAt = ({ kind, at, until }: SoakFault): number => until + kindOf(kind).settles(until - at);

export const pathsOf = ({ signers, uplinks, forwarders }: Parts): Path[] =>
  signers.flatMap((signer) =>
    uplinks.flatMap((uplink) => forwarders.map((forwarder) => ({ signer, uplink, forwarder }))),
  );

/**
 * Faults of all kinds at random, overlapping, so that at each moment a path stands, and stands long enough for what is
 * under way to be answered. All are over before the end.
 * @param seconds of the soak
 * @param seed the same one leads to the same faults
 */
export function soakPlan(parts: Parts, seconds: number, seed: number): SoakFault[] {
  const random = randomNumbers(seed);
  const one = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)]!;
  const between = (from: number, to: number) => Math.round((from + random() * (to - from)) * 10) / 10;
  const drawn = faultKinds.flatMap((kind) => Array.from({ length: kindOf(kind).weight ?? 1 }, () => kind));
  const names = { signer: parts.signers, uplink: parts.uplinks, forwarder: parts.forwarders };

  const plan: SoakFault[] = [];
  for (let at = 5; at < seconds; at += between(meanPauseSeconds / 2, meanPauseSeconds * 1.5)) {
    // Most draws fit when little is broken, few when much is: some tries for each moment.
    for (let tries = 0; tries < 8; tries++) {
      const kind = one(drawn);
      const { target, lasts } = kindOf(kind);
      const chosen = Object.fromEntries(target.map((part) => [part, one<string>(names[part])]));
      const fault: SoakFault = { kind, target: chosen, at: round(at), until: round(at + between(...lasts)) };
      const near = plan.filter((other) => settledAt(other) + 2 * handoverSeconds > at);
      const fits =
        settledAt(fault) <= seconds &&
        near.every((other) => !inEachOthersWay(fault, other)) &&
        standsThroughout([...near, fault], parts);
      if (!fits) continue;
      plan.push(fault);
      break;
    }
  }
  return plan;
}

/** Whether at each moment some path stands for as long as a handover takes. */
export function standsThroughout(faults: readonly SoakFault[], parts: Parts): boolean {
  const paths = pathsOf(parts);
  // The number of standing paths falls only when a fault begins.
  return faults.every(({ at }) =>
    paths.some((path) =>
      faults.every(
        (fault) => !takes(fault, path) || fault.at >= at + handoverSeconds || settledAt(fault) + handoverSeconds <= at,
      ),
    ),
  );
}

/** One fault's end would end the other's as well: they befall the same part, or one that has gone with it. */
export function inEachOthersWay(a: SoakFault, b: SoakFault): boolean {
  if (settledAt(a) <= b.at || settledAt(b) <= a.at) return false;
  const shared = (Object.keys(a.target) as (keyof Path)[]).filter((part) => b.target[part] !== undefined);
  return shared.length > 0 && shared.every((part) => a.target[part] === b.target[part]);
}

const round = (seconds: number) => Math.round(seconds * 10) / 10;
