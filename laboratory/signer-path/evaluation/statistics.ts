import { jsonLines } from "../../json-lines";
import type { Check, Statistics, RequestRecord, SignatureRecord, Slot } from "../records";

/**
 * What the load has printed.
 * @param start of the run, Unix time in seconds
 */
export const requestRecords = (text: string, start: number): RequestRecord[] =>
  jsonLines<RequestRecord>(text)
    .map((record) => ({ ...record, at: record.at - start }))
    .sort((a, b) => a.at - b.at);

/** The requests, each with the signer that signed it, or that said no, by the signers' own records. */
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
    // Two may have signed the same bytes. It is the answer of the last one that was asked: the path had given up the
    // other's. One that was asked after the answer had been there can't be it.
    const answered = (byPayload.get(identity(request)) ?? [])
      .filter(
        ({ at, outcome }) => outcome === (request.outcome === "broken" ? "unanswered" : request.outcome) && at <= until,
      )
      .sort((a, b) => a.at - b.at)
      .at(-1);
    return answered ? { ...request, signer: answered.signer } : request;
  });
}

/**
 * The numbers of a run.
 * @param requests with their signers (withSigners)
 * @param everySeconds the time between two requests of the load for one key
 */
export function statisticsOf(
  requests: readonly RequestRecord[],
  signatures: readonly SignatureRecord[],
  everySeconds: number,
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
    broken: count("broken"),
    failed: count("failed"),
    slowest: seconds.at(-1) ?? 0,
    p50: quantile(seconds, 0.5),
    p99: quantile(seconds, 0.99),
    withoutSigner: longestGap(requests, everySeconds),
    bySigner,
    doubles: doubles(signatures),
  };
}

/**
 * Of sorted values, the smallest that at least this part of them does not exceed (the nearest rank). 0 of none.
 */
export function quantile(sorted: readonly number[], part: number): number {
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? 0;
}

/** Slots for which more than one payload was signed, over all signers: a baker loses its stake for one of them. */
export function doubles(signatures: readonly SignatureRecord[]): string[] {
  const payloads = new Map<string, Map<string, Set<string>>>();
  for (const record of signatures) {
    // One that was cut off after it was made is a signature as well.
    if (record.outcome === "refused") continue;
    const slot = `${record.key} ${record.kind} at level ${record.level}, round ${record.round}`;
    const signers = payloads.get(slot) ?? new Map<string, Set<string>>();
    payloads.set(slot, signers.set(record.payload, (signers.get(record.payload) ?? new Set()).add(record.signer)));
  }
  return [...payloads]
    .filter(([, byPayload]) => byPayload.size > 1)
    .map(([slot, byPayload]) => {
      const by = [...byPayload.values()].map((signers) => [...signers].join(" and "));
      return `${slot}: ${byPayload.size} payloads, by ${by.join("; ")}`;
    });
}

/** Requests that one signer refused and another one was then asked for: what must never be. */
export function askedAfterRefusal(signatures: readonly SignatureRecord[]): string[] {
  const refused = new Map<string, SignatureRecord>();
  const found: string[] = [];
  for (const record of [...signatures].sort((a, b) => a.at - b.at)) {
    const before = refused.get(identity(record));
    if (before && before.signer !== record.signer) {
      found.push(
        `${record.kind} at level ${record.level}, round ${record.round}: ${before.signer} refused it, then ${record.signer} was asked`,
      );
    }
    if (record.outcome === "refused") refused.set(identity(record), record);
  }
  return found;
}

/** The longest time in which requests were made and no signature came, beyond the load's own interval. */
function longestGap(requests: readonly RequestRecord[], everySeconds: number): number {
  if (requests.length === 0) return 0;
  const starts = requests.map(({ at }) => at);
  const answers = requests
    .filter(({ outcome }) => outcome === "signed")
    .map(({ at, seconds }) => at + seconds)
    .sort((a, b) => a - b);
  // From the first request, and to the last one: a signer that never comes, or never comes back, counts too.
  const times = [Math.min(...starts), ...answers, Math.max(...starts, ...answers)];
  const gaps = times.slice(1).map((time, index) => time - times[index]!);
  return Math.max(0, Math.max(...gaps) - everySeconds);
}

const identity = ({ key, payload }: Slot): string => `${key} ${payload}`;

/** What had to hold for requests: none failed, and none got what no proxy can save that no drill made a signer say. */
export const noneFailed = ({ requests, failed, refused, broken }: Statistics): Check[] => [
  { text: "0 failed requests", actual: `${failed} of ${requests}`, passed: failed === 0 && requests > 0 },
  { text: "0 refused requests", actual: String(refused), passed: refused === 0 },
  { text: "0 answers that broke off", actual: String(broken), passed: broken === 0 },
];

export const slowestWithin = ({ slowest, signed }: Statistics, seconds: number): Check => ({
  text: `the slowest within ${round(seconds)} s`,
  actual: `${round(slowest)} s`,
  passed: signed > 0 && slowest <= seconds,
});

export const withoutSignerWithin = ({ withoutSigner }: Statistics, seconds: number): Check => ({
  text: `at most ${round(seconds)} s without a signer`,
  actual: `${round(withoutSigner)} s`,
  passed: withoutSigner <= seconds,
});

/** What must hold in every run: no slot signed twice, no other signer asked for what one has refused. */
export const invariants = ({ doubles }: Statistics, signatures: readonly SignatureRecord[]): Check[] => [
  none("no level and round signed twice", doubles),
  none("no other signer asked for what one has refused", askedAfterRefusal(signatures)),
];

const none = (text: string, found: readonly string[]): Check => ({
  text,
  actual: found.length === 0 ? "none" : `${found.length}: ${found[0]}`,
  passed: found.length === 0,
});

const round = (seconds: number): number => Math.round(seconds * 1000) / 1000;
