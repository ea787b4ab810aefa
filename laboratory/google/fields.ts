import { createHash } from "node:crypto";

/** A JSON object of Google's API, read and written by path. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- its shape is the API's
export type Fields = Record<string, any>;

/** Etag of an object, as Google makes one: it changes with the content. */
export const etag = (content: unknown): string => digest(content).subarray(0, 8).toString("base64");

/** Number of `digits` digits that depends on the text alone. */
export function numberFor(text: string, digits: number): string {
  const number = digest(text).readBigUInt64BE(0) % 10n ** BigInt(digits - 1);
  return String(10n ** BigInt(digits - 1) + number);
}

/** Letters and digits that depend on the text alone. */
export const hexFor = (text: string, length: number): string => digest(text).toString("hex").slice(0, length);

const digest = (content: unknown): Buffer =>
  createHash("sha256")
    .update(JSON.stringify(content) ?? "")
    .digest();

/**
 * Applies an update with a field mask (https://google.aip.dev/134): of `sent`, the fields in the mask replace those in
 * `stored`, and one that is in the mask but not in `sent` is cleared.
 *
 * @param mask paths with a comma between them, in snake_case or camelCase; empty takes every field of `sent`
 */
export function masked(stored: Fields, sent: Fields, mask: string): Fields {
  const result: Fields = structuredClone(stored);
  const paths = mask === "" ? Object.keys(sent) : mask.split(",").map(camelCase);
  for (const path of paths) {
    const steps = path.split(".");
    const last = steps.pop()!;
    const value = steps.reduce<Fields | undefined>((part, step) => part?.[step], sent)?.[last];
    const parent = steps.reduce((part, step) => (part[step] ??= {}), result);
    if (value === undefined) delete parent[last];
    else parent[last] = structuredClone(value);
  }
  return result;
}

const camelCase = (path: string): string => path.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** `fields`, and below it `defaults` for what it leaves out; objects are merged, lists are not. */
export function withDefaults(defaults: Fields, fields: Fields): Fields {
  const merged: Fields = { ...structuredClone(defaults) };
  for (const [name, value] of Object.entries(fields)) {
    merged[name] = isObject(value) && isObject(merged[name]) ? withDefaults(merged[name], value) : value;
  }
  return merged;
}

/**
 * What JSON of a protocol buffer looks like: false, 0 and "" are left out, at any depth; objects and lists stay, even
 * empty ones.
 *
 * @param optional names of fields that are returned with these values too, since their type tells unset from false
 */
export function withoutZeros(fields: Fields, optional: ReadonlySet<string>): Fields {
  const kept = Object.entries(fields).filter(
    ([name, value]) => optional.has(name) || ![false, 0, "", null, undefined].includes(value),
  );
  return Object.fromEntries(
    kept.map(([name, value]) => [name, isObject(value) ? withoutZeros(value, optional) : value]),
  );
}

export const isObject = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The same items, in an order that is certainly not the one they were sent in. */
export function inAnotherOrder(items: readonly string[]): string[] {
  const sorted = [...items].sort();
  return sorted.join() === items.join() ? sorted.reverse() : sorted;
}
