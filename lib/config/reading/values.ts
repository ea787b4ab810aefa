import { shownName } from "./characters";

/** Whether a value is a group of fields. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Private keys of Tezos (edsk…, or encrypted: edesk…), of OpenSSH (in armour, or only the base64) and in PEM. They must
 * never appear in a message: messages end up in terminals, logs and pull requests.
 */
const secret =
  /-----BEGIN [A-Z ]*PRIVATE KEY[\s\S]*|b3BlbnNzaC1rZXktdj[A-Za-z0-9+/=\s]*|\b(?:ed|sp|p2|BL)e?sk[1-9A-HJ-NP-Za-km-z]{16,}/g;

/** Whether a text contains a private key. */
export const containsSecret = (text: string): boolean => text.search(secret) >= 0;
/** The text with its private keys replaced. */
export const withoutSecrets = (text: string): string => text.replace(secret, "(private key, not shown)");

/** A value for a message: text in quotes, long values truncated, private keys replaced. */
export function shown(value: unknown): string {
  if (isRecord(value)) return "a group of fields";
  if (Array.isArray(value)) return "a list";
  const text = withoutSecrets(typeof value === "string" ? shownName(withoutSecrets(value)) : String(value));
  return text.length > 100 ? `${text.slice(0, 96)}…"` : text;
}

/** The value of a field, but never of a property that every object inherits. */
export const own = (record: Record<string, unknown>, name: string): unknown =>
  Object.hasOwn(record, name) ? record[name] : undefined;
