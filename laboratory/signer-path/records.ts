/**
 * What a run on the signer path leaves behind, for the statistics, the report and machines (the report's JSON is a
 * Report). All times are seconds since the run's start, on the one clock of the machine that everything runs on.
 */

/** What a signature is for: at one level and round each kind may be signed once. */
export type OperationKind = "block" | "preattestation" | "attestation";

/** What was asked to be signed. */
export interface Slot {
  /** Key hash, tz… */
  readonly key: string;
  readonly kind: OperationKind;
  readonly level: number;
  readonly round: number;
  /** The bytes, hex, without 0x and without the watermark's tag being split off. */
  readonly payload: string;
}

/** One request of the client at the baker's end of the path. */
export interface RequestRecord extends Slot {
  /** When it was sent. */
  readonly at: number;
  /** Until its answer, or until it was given up. */
  readonly seconds: number;
  /**
   * A refusal is an answer of a signer that says no; broken is an answer that broke off after its headers; failed is
   * everything else that is no signature.
   */
  readonly outcome: "signed" | "refused" | "broken" | "failed";
  /** What the client was told, when it got no signature: "503 Service Unavailable". */
  readonly error?: string;
  /** Whose signature it was, by the signers' own records. */
  readonly signer?: string;
  /** The way it took, by HAProxy's log: "forwarder-1 pi-1 wire". Left out where no log tells. */
  readonly path?: string;
}

/** One thing that a signer did with a request that reached it. */
export interface SignatureRecord extends Slot {
  readonly at: number;
  readonly signer: string;
  /** Answered with a signature; said no; or was left hanging, or cut off, by a fault of the drill's. */
  readonly outcome: "signed" | "refused" | "unanswered";
}

/** A change that a part of the path has told: a tunnel, a server of a HAProxy, a machine. */
export interface StateChange {
  readonly at: number;
  /** Who tells it: "forwarder-1", "baker", "pi-1". */
  readonly where: string;
  /** What changed: "pi-1 wire" (a path), "forwarder-2" (a server), "tunnel forwarder-1 lte". */
  readonly what: string;
  readonly state: "up" | "down";
  /** As its program put it. */
  readonly text?: string;
}

/** What a drill did on purpose. */
export interface Fault {
  readonly at: number;
  /** When it was mended; left out if it lasted to the end. */
  readonly until?: number;
  readonly text: string;
}

/** Whose configuration ran: this project's, or the report's of 2019 before and after its fix. */
export type System = "ours" | "2019" | "2019-fixed";

export interface Statistics {
  readonly requests: number;
  readonly signed: number;
  readonly refused: number;
  readonly broken: number;
  readonly failed: number;
  /** Seconds, of the signed ones. 0 without any. */
  readonly slowest: number;
  readonly p50: number;
  readonly p99: number;
  /** The longest time between two signed answers beyond the load's own interval, seconds. */
  readonly withoutSigner: number;
  /** Signed requests by signer. */
  readonly bySigner: Readonly<Record<string, number>>;
  /** Slots for which more than one payload was signed, over all signers: must be none. */
  readonly doubles: readonly string[];
}

/** One thing that had to hold, and what was found. */
export interface Check {
  /** Such as "0 failed requests". */
  readonly text: string;
  /** Such as "0 of 150". */
  readonly actual: string;
  readonly passed: boolean;
}

export interface DrillRun {
  /** As it is asked for: "1", "hang". */
  readonly name: string;
  readonly title: string;
  readonly system: System;
  /** How long it took. */
  readonly seconds: number;
  readonly faults: readonly Fault[];
  readonly requests: readonly RequestRecord[];
  readonly signatures: readonly SignatureRecord[];
  readonly stateChanges: readonly StateChange[];
  readonly statistics: Statistics;
  readonly checks: readonly Check[];
}

export interface Report {
  /** ISO 8601. */
  readonly startedAt: string;
  readonly seed: number;
  /** Program to version, of all that took part: "OpenSSH" to "10.0p1". */
  readonly versions: Readonly<Record<string, string>>;
  /** A signed answer that took longer is shown as late. The first stage's time-out T: it waited for one path in vain. */
  readonly lateSeconds: number;
  readonly runs: readonly DrillRun[];
}
