import { randomNumbers } from "../../../../laboratory/random";
import type { SigningKind } from "../../../../laboratory/stand-ins/octez-signer";
import type {
  Check,
  DrillRun,
  Fault,
  Report,
  RequestRecord,
  StateChange,
  System,
} from "../../../../laboratory/signer-path/records";

/** Random records like those of drills, to see a report without hours of drills. */

/** What a sample run looks like. */
export interface SampleProps {
  readonly name: string;
  readonly title: string;
  /** @default "ours" */
  readonly system?: System;
  /** @default 30 */
  readonly seconds?: number;
  /** @default 1 */
  readonly seed?: number;
  /** Requests between two times fail, with this error. @default - none */
  readonly failed?: readonly [answer: string, from: number, to: number];
  /** Requests between two times are refused. @default - none */
  readonly refused?: readonly [from: number, to: number];
  /** Requests during the fault take the second path, and the first ones are late. @default - none */
  readonly fault?: Fault;
  /** @default - the uplinks "wire" and "lte" of pi-1 */
  readonly paths?: readonly [first: string, second: string];
  /** State changes a minute, in addition to those of the fault. @default 0 */
  readonly stateChangesPerMinute?: number;
  /** @default - two checks that depend on the requests */
  readonly checks?: readonly Check[];
}

const key = "tz1Ke2h7sDdakHJQh8WX4Z372du1KChsksyU";
const kinds: readonly SigningKind[] = ["block", "preattestation", "attestation"];
const requestsPerSecond = 5;

/** A run with these properties; it is the same for the same seed. */
export function sampleRun(props: SampleProps): DrillRun {
  const { name, title, system = "ours", seconds = 30, seed = 1, fault, stateChangesPerMinute = 0 } = props;
  const random = randomNumbers(seed);
  const requests = Array.from({ length: seconds * requestsPerSecond }, (_, index) => request(index, props, random));
  const signed = requests.filter(({ outcome }) => outcome === "signed");
  const failed = requests.filter(({ outcome }) => outcome === "failed").length;
  const latencies = signed.map(({ seconds }) => seconds).sort((a, b) => a - b);
  const slowestSeconds = latencies.at(-1) ?? 0;
  const [, from = 0, to = 0] = props.failed ?? [];
  return {
    name,
    title,
    system,
    seconds,
    faults: fault ? [fault] : [],
    requests,
    signatures: [],
    stateChanges: [
      ...(fault ? stateChangesOf(fault) : []),
      ...randomStateChanges(stateChangesPerMinute, seconds, random),
    ],
    statistics: {
      requests: requests.length,
      signed: signed.length,
      refused: requests.filter(({ outcome }) => outcome === "refused").length,
      truncated: 0,
      failed,
      slowestSeconds,
      p50Seconds: latencies[Math.floor(latencies.length * 0.5)] ?? 0,
      p99Seconds: latencies[Math.floor(latencies.length * 0.99)] ?? 0,
      longestGapSeconds: to > from ? to - from : slowestSeconds,
      bySigner: count(signed.map(({ signer }) => signer!)),
      doubleSignatures: [],
    },
    checks: props.checks ?? [
      { text: "0 failed requests", actual: `${failed} of ${requests.length}`, passed: failed === 0 },
      { text: "slowest signature within 1 s", actual: `${slowestSeconds.toFixed(2)} s`, passed: slowestSeconds <= 1 },
    ],
  };
}

function request(index: number, props: SampleProps, random: () => number): RequestRecord {
  const { failed, refused, fault, paths = ["forwarder-1 pi-1 wire", "forwarder-1 pi-1 lte"] } = props;
  const at = 0.1 + index / requestsPerSecond + random() * 0.01;
  const signing = { key, kind: kinds[index % 3]!, level: 9_000_000 + Math.floor(index / 3), round: 0, payload: "13ab" };
  const usual = 0.03 + random() ** 6 * 0.05;
  const within = (from: number, to = Infinity) => at >= from && at < to;
  const isFaulty = fault !== undefined && within(fault.at, fault.until);
  const path = isFaulty ? paths[1] : paths[0];
  const signer = path.split(" ").find((word) => word.startsWith("pi-")) ?? "pi-1";
  if (failed && within(failed[1], failed[2])) {
    const seconds = 0.002 + random() * 0.002;
    return { ...signing, at, seconds, outcome: "failed", error: failed[0] };
  }
  if (refused && within(...refused)) {
    return { ...signing, at, seconds: usual, outcome: "refused", error: "500 high watermark", signer, path };
  }
  const late = isFaulty && at < fault.at + 1.6 ? 0.5 : 0;
  return { ...signing, at, seconds: usual + late, outcome: "signed", signer, path };
}

function stateChangesOf({ at, until }: Fault): StateChange[] {
  const what = "pi-1 wire";
  const down = "Server health-pi-1/wire is DOWN, reason: Layer4 timeout";
  const both = (moment: number, state: "up" | "down", text: string): StateChange[] => [
    { at: moment + 1.4, where: "forwarder-1", what, state, text },
    { at: moment + 1.9, where: "forwarder-2", what, state, text },
    { at: moment + 3.1, where: "pi-1", what: "tunnel forwarder-1 wire", state },
  ];
  return [
    ...both(at, "down", down),
    ...(until === undefined ? [] : both(until, "up", "Server health-pi-1/wire is UP")),
  ];
}

function randomStateChanges(perMinute: number, seconds: number, random: () => number): StateChange[] {
  return Array.from({ length: Math.floor((perMinute * seconds) / 60) }, (_, index) => ({
    at: random() * seconds,
    where: `forwarder-${1 + (index % 2)}`,
    what: `pi-${1 + Math.floor(random() * 2)} ${random() < 0.5 ? "wire" : "lte"}`,
    state: random() < 0.5 ? "up" : "down",
    text: "Server health-pi-2/lte is DOWN, reason: Layer7 timeout, check duration: 1001ms",
  }));
}

function count(names: readonly string[]): Record<string, number> {
  return names.reduce<Record<string, number>>((sum, name) => ({ ...sum, [name]: (sum[name] ?? 0) + 1 }), {});
}

/** A report of these runs. */
export const sampleReport = (runs: readonly DrillRun[]): Report => ({
  startedAt: "2026-11-23T14:30:00Z",
  seed: 4711,
  versions: { OpenSSH: "10.0p1", HAProxy: "3.0.11", autossh: "1.4g", Kubernetes: "v1.33.1" },
  lateSeconds: 0.5,
  runs,
});

/** A fault of one second. */
export const fault: Fault = { at: 1, until: 2, text: "pi-1's wired uplink drops all packets" };

const title = "The active uplink silently drops all packets";

/** A run of this project that survives the fault. */
export const ours = sampleRun({ name: "1", title, seconds: 4, fault });

/** A run of the configuration of 2019 that does not. */
export const control = sampleRun({
  name: "1",
  title,
  system: "2019",
  seconds: 4,
  fault,
  failed: ["503 Service Unavailable", 1, 4],
  checks: [{ text: "503 from HAProxy", actual: "10 requests", passed: true }],
});

/** A report of these two runs. */
export const small = sampleReport([control, ours]);

/** The same, if the configuration of 2019 had not failed. */
export const notReproduced = sampleReport([
  ours,
  { ...control, checks: [{ ...control.checks[0]!, actual: "0 requests", passed: false }] },
]);
