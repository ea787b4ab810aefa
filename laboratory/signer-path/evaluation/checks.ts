import type { SignatureRecord } from "../../stand-ins/octez-signer";
import type { Check, Statistics } from "../records";
import { askedAfterRefusal } from "./statistics";

/** No request failed, and no answer was a refusal or truncated, which no proxy can make up for. */
export const noneFailed = ({ requests, failed, refused, truncated }: Statistics): Check[] => [
  { text: "0 failed requests", actual: `${failed} of ${requests}`, passed: failed === 0 && requests > 0 },
  { text: "0 refused requests", actual: String(refused), passed: refused === 0 },
  { text: "0 truncated answers", actual: String(truncated), passed: truncated === 0 },
];

/** The slowest signature took at most this long. */
export const slowestWithin = ({ slowestSeconds, signed }: Statistics, seconds: number): Check => ({
  text: `slowest signature within ${round(seconds)} s`,
  actual: `${round(slowestSeconds)} s`,
  passed: signed > 0 && slowestSeconds <= seconds,
});

/** There was no longer time without a signature. */
export const longestGapWithin = ({ longestGapSeconds }: Statistics, seconds: number): Check => ({
  text: `at most ${round(seconds)} s without a signature`,
  actual: `${round(longestGapSeconds)} s`,
  passed: longestGapSeconds <= seconds,
});

/** What every run must satisfy: nothing is signed twice, and no other signer is asked after a refusal. */
export const invariants = ({ doubleSignatures }: Statistics, signatures: readonly SignatureRecord[]): Check[] => [
  none("no level and round signed twice", doubleSignatures),
  none("no other signer asked after a refusal", askedAfterRefusal(signatures)),
];

const none = (text: string, violations: readonly string[]): Check => ({
  text,
  actual: violations.length === 0 ? "none" : `${violations.length}: ${violations[0]}`,
  passed: violations.length === 0,
});

const round = (seconds: number): number => Math.round(seconds * 1000) / 1000;
