import { jsonLines } from "../../json-lines";
import type { SignatureRecord, SigningRequest } from "../../stand-ins/octez-signer";
import type { RequestRecord, Statistics } from "../records";

/**
 * Parses the load's output, in order of time.
 * @param start of the run, Unix time in seconds
 */
export const requestRecords = (text: string, start: number): RequestRecord[] =>
  jsonLines<RequestRecord>(text)
    .map((record) => ({ ...record, at: record.at - start }))
    .sort((a, b) => a.at - b.at);

/** Adds to each request the signer that answered it, from the signers' own records. */
export function withSigners(
  requests: readonly RequestRecord[],
  signatures: readonly SignatureRecord[],
): RequestRecord[] {
  const byPayload = new Map<string, SignatureRecord[]>();
  for (const record of signatures) {
    const records = byPayload.get(identity(record));
    if (records) records.push(record);
    else byPayload.set(identity(record), [record]);
  }
  return requests.map((request) => {
    const until = request.at + request.seconds;
    // Several signers may have signed the same bytes. The answer came from the last one that was asked, because a
    // request is retried only after the earlier one was given up. One that was asked after the answer can't have given
    // it.
    const answered = (byPayload.get(identity(request)) ?? [])
      .filter(
        ({ at, outcome }) =>
          outcome === (request.outcome === "truncated" ? "unanswered" : request.outcome) && at <= until,
      )
      .sort((a, b) => a.at - b.at)
      .at(-1);
    return answered ? { ...request, signer: answered.signer } : request;
  });
}

/**
 * Computes the statistics of a run.
 * @param requests with their signers, from withSigners()
 * @param intervalSeconds between two requests of the load for one key
 */
export function statisticsOf(
  requests: readonly RequestRecord[],
  signatures: readonly SignatureRecord[],
  intervalSeconds: number,
): Statistics {
  const signed = requests.filter(({ outcome }) => outcome === "signed");
  const count = (wanted: RequestRecord["outcome"]) => requests.filter(({ outcome }) => outcome === wanted).length;
  const seconds = signed.map((request) => request.seconds).sort((a, b) => a - b);
  const bySigner: Record<string, number> = {};
  for (const { signer = "unknown" } of signed) bySigner[signer] = (bySigner[signer] ?? 0) + 1;
  return {
    requests: requests.length,
    signed: signed.length,
    refused: count("refused"),
    truncated: count("truncated"),
    failed: count("failed"),
    slowestSeconds: seconds.at(-1) ?? 0,
    p50Seconds: quantile(seconds, 0.5),
    p99Seconds: quantile(seconds, 0.99),
    longestGapSeconds: longestGap(requests, intervalSeconds),
    bySigner,
    doubleSignatures: doubleSignatures(signatures),
  };
}

/** The quantile of sorted values by the nearest-rank method; 0 if there are none. @param part 0 to 1 */
export function quantile(sorted: readonly number[], part: number): number {
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? 0;
}

/** Each level and round at which two different payloads of one kind were signed, by any signers: it is slashed. */
export function doubleSignatures(signatures: readonly SignatureRecord[]): string[] {
  const payloads = new Map<string, Map<string, Set<string>>>();
  for (const record of signatures) {
    // A signature whose answer was cut off still exists.
    if (record.outcome === "refused") continue;
    const place = `${record.key} ${record.kind} at level ${record.level}, round ${record.round}`;
    const signers = payloads.get(place) ?? new Map<string, Set<string>>();
    payloads.set(place, signers.set(record.payload, (signers.get(record.payload) ?? new Set()).add(record.signer)));
  }
  return [...payloads]
    .filter(([, byPayload]) => byPayload.size > 1)
    .map(([place, byPayload]) => {
      const by = [...byPayload.values()].map((signers) => [...signers].join(" and "));
      return `${place}: ${byPayload.size} payloads, by ${by.join("; ")}`;
    });
}

/** Each request that was sent to another signer after one had refused it, which must never happen. */
export function askedAfterRefusal(signatures: readonly SignatureRecord[]): string[] {
  const refused = new Map<string, SignatureRecord>();
  const violations: string[] = [];
  for (const record of [...signatures].sort((a, b) => a.at - b.at)) {
    const before = refused.get(identity(record));
    if (before && before.signer !== record.signer) {
      violations.push(
        `${record.kind} at level ${record.level}, round ${record.round}: ${before.signer} refused it, then ${record.signer} was asked`,
      );
    }
    if (record.outcome === "refused") refused.set(identity(record), record);
  }
  return violations;
}

/** The longest time during which requests were sent and no signature arrived, less the load's interval. */
function longestGap(requests: readonly RequestRecord[], intervalSeconds: number): number {
  if (requests.length === 0) return 0;
  const starts = requests.map(({ at }) => at);
  const answers = requests
    .filter(({ outcome }) => outcome === "signed")
    .map(({ at, seconds }) => at + seconds)
    .sort((a, b) => a - b);
  // The first and the last request count as well: a signer may never come up, or never come back.
  const times = [Math.min(...starts), ...answers, Math.max(...starts, ...answers)];
  const gaps = times.slice(1).map((time, index) => time - times[index]!);
  return Math.max(0, Math.max(...gaps) - intervalSeconds);
}

const identity = ({ key, payload }: SigningRequest): string => `${key} ${payload}`;
