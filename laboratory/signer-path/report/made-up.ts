import { randomNumbers } from "../../random";
import type { Check, DrillRun, Fault, OperationKind, Report, RequestRecord, StateChange, System } from "../records";

/** Records such as drills make, out of chance: to see a report without hours of drills. */

export interface MadeUp {
  readonly name: string;
  readonly title: string;
  readonly system?: System;
  readonly seconds?: number;
  readonly seed?: number;
  /** Requests from the second number to the third are lost, with this answer. */
  readonly lost?: readonly [answer: string, from: number, to: number];
  /** Requests in that time are refused. */
  readonly refused?: readonly [from: number, to: number];
  /** The fault's. Some requests in its first second are late, those after it take the second path. */
  readonly fault?: Fault;
  readonly paths?: readonly [first: string, second: string];
  /** Changes of state a minute, beside those that come with the fault. */
  readonly restless?: number;
  readonly checks?: readonly Check[];
}

const key = "tz1Ke2h7sDdakHJQh8WX4Z372du1KChsksyU";
const kinds: readonly OperationKind[] = ["block", "preattestation", "attestation"];
const requestsPerSecond = 5;

export function madeUpRun(wanted: MadeUp): DrillRun {
  const { name, title, system = "ours", seconds = 30, seed = 1, fault, restless = 0 } = wanted;
  const random = randomNumbers(seed);
  const requests = Array.from({ length: seconds * requestsPerSecond }, (_, index) => request(index, wanted, random));
  const signed = requests.filter(({ outcome }) => outcome === "signed");
  const failed = requests.filter(({ outcome }) => outcome === "failed").length;
  const latencies = signed.map(({ seconds }) => seconds).sort((a, b) => a - b);
  const slowest = latencies.at(-1) ?? 0;
  const [, from = 0, to = 0] = wanted.lost ?? [];
  return {
    name,
    title,
    system,
    seconds,
    faults: fault ? [fault] : [],
    requests,
    signatures: [],
    stateChanges: [...(fault ? statesOf(fault) : []), ...restlessStates(restless, seconds, random)],
    statistics: {
      requests: requests.length,
      signed: signed.length,
      refused: requests.filter(({ outcome }) => outcome === "refused").length,
      broken: 0,
      failed,
      slowest,
      p50: latencies[Math.floor(latencies.length * 0.5)] ?? 0,
      p99: latencies[Math.floor(latencies.length * 0.99)] ?? 0,
      withoutSigner: to > from ? to - from : slowest,
      bySigner: count(signed.map(({ signer }) => signer!)),
      doubles: [],
    },
    checks: wanted.checks ?? [
      { text: "0 failed requests", actual: `${failed} of ${requests.length}`, passed: failed === 0 },
      { text: "slowest ≤ 1 s", actual: `${slowest.toFixed(2)} s`, passed: slowest <= 1 },
    ],
  };
}

function request(index: number, wanted: MadeUp, random: () => number): RequestRecord {
  const { lost, refused, fault, paths = ["forwarder-1 pi-1 wire", "forwarder-1 pi-1 lte"] } = wanted;
  const at = 0.1 + index / requestsPerSecond + random() * 0.01;
  const slot = { key, kind: kinds[index % 3]!, level: 9_000_000 + Math.floor(index / 3), round: 0, payload: "13ab" };
  const honest = 0.03 + random() ** 6 * 0.05;
  const within = (from: number, to = Infinity) => at >= from && at < to;
  const failing = fault !== undefined && within(fault.at, fault.until);
  const path = failing ? paths[1] : paths[0];
  const signer = path.split(" ").find((word) => word.startsWith("pi-")) ?? "pi-1";
  if (lost && within(lost[1], lost[2])) {
    const seconds = 0.002 + random() * 0.002;
    return { ...slot, at, seconds, outcome: "failed", error: lost[0] };
  }
  if (refused && within(...refused)) {
    return { ...slot, at, seconds: honest, outcome: "refused", error: "500 high watermark", signer, path };
  }
  const late = failing && at < fault.at + 1.6 ? 0.5 : 0;
  return { ...slot, at, seconds: honest + late, outcome: "signed", signer, path };
}

function statesOf({ at, until }: Fault): StateChange[] {
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

function restlessStates(perMinute: number, seconds: number, random: () => number): StateChange[] {
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

export const madeUpReport = (runs: readonly DrillRun[]): Report => ({
  startedAt: "2026-11-23T14:30:00Z",
  seed: 4711,
  versions: { OpenSSH: "10.0p1", HAProxy: "3.0.11", autossh: "1.4g", Kubernetes: "v1.33.1" },
  lateSeconds: 0.5,
  runs,
});
