import { closest, distance } from "fastest-levenshtein";
import { shownName } from "./characters";
import type { Suggestion } from "./findings";

/** The known name that is most similar, if one is similar enough to be meant. */
export function nearest(name: unknown, known: readonly string[]): string | undefined {
  if (typeof name !== "string" || known.length === 0) return undefined;
  const lower = name.toLowerCase();
  const byLower = new Map(known.map((candidate) => [candidate.toLowerCase(), candidate]));
  const near = closest(lower, [...byLower.keys()]);
  // Two transposed letters count as two changes.
  const most = Math.min(Math.floor(lower.length / 2), Math.max(2, Math.floor(lower.length / 3)));
  return distance(lower, near) <= most ? byLower.get(near) : undefined;
}

/** The suggestion to use the most similar known name as the value. @param what is wrong, without a full stop */
export function didYouMean(what: string, name: unknown, known: readonly string[]): Suggestion | undefined {
  const near = nearest(name, known);
  return near === undefined ? undefined : insteadOf(what, near);
}

/** The suggestion of another text as the value. @param what is wrong, without a full stop */
export const insteadOf = (what: string, text: string): Suggestion => ({
  message: `${what}. Did you mean ${shownName(text)}?`,
  fix: { value: JSON.stringify(text) },
});
