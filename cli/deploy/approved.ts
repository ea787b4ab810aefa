import { isDeepStrictEqual } from "node:util";
import type { ResourceChange } from "../../lib/terraform/plan";

/** The changes that were approved in a run: a later plan may make them without asking again, and no others. */
export class Approved {
  private readonly changes: ResourceChange[] = [];

  add(change: ResourceChange): void {
    this.changes.push(change);
  }

  /**
   * Whether a change was approved: the same action on the same object, from the same values to the same values. A value
   * that was not known when it was approved, such as another object's address, may be known now.
   */
  has(now: ResourceChange): boolean {
    return this.changes.some(
      (then) =>
        then.address === now.address &&
        then.deposed === now.deposed &&
        isDeepStrictEqual(then.change.actions, now.change.actions) &&
        isDeepStrictEqual(then.change.before, now.change.before) &&
        agrees(then.change.after, now.change.after, then.change.afterUnknown),
    );
  }
}

/** @param unknown what was not known of `then`: true, or the same shape with true where a value was not known */
function agrees(then: unknown, now: unknown, unknown: unknown): boolean {
  if (unknown === true) return true;
  if (!isObject(then) || !isObject(now)) return isDeepStrictEqual(then, now);
  const names = new Set([...Object.keys(then), ...Object.keys(now)]);
  return [...names].every((name) => agrees(then[name], now[name], isObject(unknown) ? unknown[name] : false));
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;
