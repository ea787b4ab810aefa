/** A field that was written, as against one that holds the single values. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Private keys of Tezos (edsk…, also encrypted: edesk…), of OpenSSH (in armour, or its base64 alone) and in PEM. Such a
 * text must never come back in a message: messages end in terminals, logs and pull requests.
 */
const secret =
  /-----BEGIN [A-Z ]*PRIVATE KEY[\s\S]*|b3BlbnNzaC1rZXktdj[A-Za-z0-9+/=\s]*|\b(?:ed|sp|p2|BL)e?sk[1-9A-HJ-NP-Za-km-z]{16,}/g;

export const holdsSecret = (text: string): boolean => text.search(secret) >= 0;
export const withoutSecrets = (text: string): string => text.replace(secret, "(private key, not shown)");

/** A value as messages show it: in quotes if it is text, cut where it is long, and never a private key. */
export function shown(value: unknown): string {
  if (isRecord(value)) return "a group of fields";
  if (Array.isArray(value)) return "a list";
  const text = withoutSecrets(typeof value === "string" ? JSON.stringify(withoutSecrets(value)) : String(value));
  return text.length > 100 ? `${text.slice(0, 96)}…"` : text;
}

/** A field's value, never what every object inherits. */
export const own = (record: Record<string, unknown>, name: string): unknown =>
  Object.hasOwn(record, name) ? record[name] : undefined;
