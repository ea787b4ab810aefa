/** A path from the baker to a signer. */
export interface Path {
  readonly signer: string;
  readonly uplink: string;
  readonly forwarder: string;
}

interface KindProps {
  /** The components of which a fault of this kind affects one each. */
  readonly target: readonly (keyof Path)[];
  /** Shortest and longest duration, in seconds. 0: the fault is over at once. */
  readonly lastsSeconds: readonly [number, number];
  /** How long after a fault of this duration its paths may be down, in seconds. */
  readonly recoverySeconds: (lasted: number) => number;
  /** How often it is drawn, compared with other kinds. @default 1 */
  readonly weight?: number;
}

/**
 * Until a tunnel is up again: TCP retransmits after at most the duration of the fault, ssh gives up after 4 s (45 s on
 * a metered uplink), then retries after 5 s, needs at most 5 s, and sshd may impose a penalty of 15 s.
 */
const tunnelRecovery = (lasted: number): number => 30 + Math.min(lasted, 45);
const onUplink = { target: ["signer", "uplink"], recoverySeconds: tunnelRecovery } as const;
const onSigner = { target: ["signer"], lastsSeconds: [5, 40], recoverySeconds: () => 5 } as const;

/** All faults except those that no proxy can make up for: refusals and truncated answers. */
const kinds = {
  "drop all packets": { ...onUplink, lastsSeconds: [3, 90], weight: 3 },
  "drop packets to the signer": { ...onUplink, lastsSeconds: [3, 60] },
  "drop packets from the signer": { ...onUplink, lastsSeconds: [3, 60] },
  "drop a third of the packets": { ...onUplink, lastsSeconds: [10, 60] },
  "throttle the uplink": { ...onUplink, lastsSeconds: [10, 60] },
  "add latency": { ...onUplink, lastsSeconds: [10, 60] },
  "drop large packets": { ...onUplink, lastsSeconds: [10, 60] },
  "reset connections": { ...onUplink, lastsSeconds: [10, 60] },
  "make the router forget its connections": { ...onUplink, lastsSeconds: [0, 0] },
  "unplug the cable": { ...onUplink, lastsSeconds: [3, 60] },
  "change the address": { ...onUplink, lastsSeconds: [0, 0] },
  "kill ssh": { ...onUplink, lastsSeconds: [0, 0], weight: 2 },
  "stop ssh": { ...onUplink, lastsSeconds: [5, 30] },
  "signer hangs": { ...onSigner, weight: 2 },
  "signer closes connections": onSigner,
  "signer is slow": onSigner,
  "kill the signer": { ...onSigner, lastsSeconds: [0, 0] },
  "stop the signer": onSigner,
  "signer loses power": { target: ["signer"], lastsSeconds: [5, 60], recoverySeconds: () => 75 },
  "forwarder loses power": { target: ["forwarder"], lastsSeconds: [5, 60], recoverySeconds: () => 120 },
  "forwarder is unreachable": { target: ["forwarder"], lastsSeconds: [5, 60], recoverySeconds: tunnelRecovery },
  "kill sshd": { target: ["signer", "forwarder"], lastsSeconds: [0, 0], recoverySeconds: () => 45 },
  "kill HAProxy": { target: ["forwarder"], lastsSeconds: [0, 0], recoverySeconds: () => 45 },
  "stop HAProxy": { target: ["forwarder"], lastsSeconds: [5, 20], recoverySeconds: () => 10 },
  "delete the forwarder's pod": { target: ["forwarder"], lastsSeconds: [0, 0], recoverySeconds: () => 75 },
} as const satisfies Record<string, KindProps>;
export type FaultKind = keyof typeof kinds;

/** In a fixed order, which the faults of a seed depend on. */
export const faultKinds = Object.keys(kinds) as FaultKind[];

/** The properties of a kind. */
export const propsOf = (kind: FaultKind): KindProps => kinds[kind];
