import type { SignatureRecord, SigningRequest } from "../stand-ins/octez-signer";

/**
 * The records of a run on the signer path. A Report is what report.json contains. All times are in seconds since the
 * run's start, and all come from the host's one clock.
 */

/** One request of the load, as its client saw it. */
export interface RequestRecord extends SigningRequest {
  /** When the request was sent. */
  readonly at: number;
  /** Seconds until its answer, or until the client gave up. */
  readonly seconds: number;
  /**
   * "refused": a signer refused to sign. "truncated": the answer ended after its headers. "failed": anything else that
   * is not a signature.
   */
  readonly outcome: "signed" | "refused" | "truncated" | "failed";
  /** The error of a request that was not signed, such as "503 Service Unavailable". */
  readonly error?: string;
  /** The signer that answered, from the signers' own records. */
  readonly signer?: string;
  /**
   * Forwarder, signer and uplink that the answer came through, such as "forwarder-1 pi-1 eth0", from HAProxy's logs.
   */
  readonly path?: string;
}

/** A tunnel, a backend server of an HAProxy, or an sshd that came up or went down. */
export interface StateChange {
  readonly at: number;
  /** The component that the state belongs to: "forwarder-1", "baker" or "pi-1". */
  readonly where: string;
  /** What changed: "pi-1 eth0" or "forwarder-2" (a backend server), or "tunnel forwarder-1 wwan0". */
  readonly what: string;
  readonly state: "up" | "down";
  /** The log line that reported it. */
  readonly text?: string;
}

/** A fault that a drill injected. */
export interface Fault {
  readonly at: number;
  /** When it was repaired. @default - it lasted until the end of the run */
  readonly until?: number;
  readonly text: string;
}

/** Whose configuration ran: this project's, or the incident report's before and after its fix. */
export type System = "ours" | "2019" | "2019-fixed";

/** What the requests of a run add up to. */
export interface Statistics {
  readonly requests: number;
  readonly signed: number;
  readonly refused: number;
  readonly truncated: number;
  readonly failed: number;
  /** Of the signed requests, as are the two quantiles. 0 if none was signed. */
  readonly slowestSeconds: number;
  readonly p50Seconds: number;
  readonly p99Seconds: number;
  /** The longest time between two signatures, less the load's interval. */
  readonly longestGapSeconds: number;
  /** Signed requests by signer. */
  readonly bySigner: Readonly<Record<string, number>>;
  /** Each level and round at which two different payloads of one kind were signed. Must be empty. */
  readonly doubleSignatures: readonly string[];
}

/** An expectation, and whether it was met. */
export interface Check {
  /** Such as "0 failed requests". */
  readonly text: string;
  /** Such as "0 of 150". */
  readonly actual: string;
  readonly passed: boolean;
}

/** One run of a drill or a measurement. */
export interface DrillRun {
  /** The drill's name on the command line: "1", "hang". */
  readonly name: string;
  readonly title: string;
  readonly system: System;
  /** How long the run took. */
  readonly seconds: number;
  readonly faults: readonly Fault[];
  readonly requests: readonly RequestRecord[];
  readonly signatures: readonly SignatureRecord[];
  readonly stateChanges: readonly StateChange[];
  readonly statistics: Statistics;
  readonly checks: readonly Check[];
}

/** Everything that the HTML report shows. */
export interface Report {
  /** ISO 8601. */
  readonly startedAt: string;
  readonly seed: number;
  /** Name and version of each program that took part: "OpenSSH" to "10.0p1". */
  readonly versions: Readonly<Record<string, string>>;
  /**
   * A request that took longer is shown as late: it waited for a path that did not answer, for its whole time-out T.
   */
  readonly lateSeconds: number;
  readonly runs: readonly DrillRun[];
}
