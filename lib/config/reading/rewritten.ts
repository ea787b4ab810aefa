import type { z } from "zod";
import { nearest } from "./near";
import type { Path } from "./problems";
import { accepts, schemaAt } from "./schemas";

/** What people write, and what is meant by it. */
const booleans: Readonly<Record<string, string>> = {
  true: "true",
  yes: "true",
  y: "true",
  on: "true",
  false: "false",
  no: "false",
  n: "false",
  off: "false",
};

/** The version 25 is 25.0. */
export function withMinorVersion(text: string): string {
  return text.replace(/^\d+$/, "$&.0");
}

/** Ways to write a text differently. A way is used if the field accepts its result. */
const ways: readonly ((text: string) => string)[] = [
  (text) => text.trim(),
  (text) => text.trim().replace(/[,;]$/, ""),
  (text) => text.replace(/^[“”„«»'"]|[“”«»'"]$/g, ""),
  // eth 0
  (text) => text.replace(/\s+(?=\d)/g, ""),
  (text) => text.trim().toLowerCase(),
  (text) =>
    text
      .trim()
      .toLowerCase()
      .replace(/[ _.]+/g, "-"),
  (text) => text.replace(/[\u2010-\u2013\u2212]/g, "-"),
  // A bucket's URL, a version with its v, an address with its port or its mask.
  (text) => text.replace(/^gs:\/\//, "").replace(/\/$/, ""),
  (text) => text.replace(/^(octez-)?v/, ""),
  withMinorVersion,
  (text) => text.replace(/^(\d+\.\d+\.\d+\.\d+)[:/]\d+$/, "$1"),
  (text) => (text.includes("://") ? text.replace(/^[a-z]*:/, "https:") : `https://${text}`),
];

/**
 * How to write a value so that its field accepts it, as YAML; undefined if that is not known. A text for a number or for
 * true or false, a single value for a list, or a text that is only slightly different.
 */
export function rewritten(issue: z.core.$ZodIssue, path: Path, value: unknown): string | undefined {
  if (issue.code !== "invalid_type") {
    if (typeof value !== "string") return undefined;
    const text = ways.map((way) => way(value)).find((other) => other !== value && accepts(schemaAt(path), other));
    return text === undefined ? undefined : JSON.stringify(text);
  }
  switch (issue.expected) {
    case "boolean":
      return typeof value === "string" ? booleanIn(value) : undefined;
    case "number":
    case "int":
      return typeof value === "string" ? numberIn(value, String(path.at(-1))) : undefined;
    case "array":
      return listOf(value);
    default:
      return undefined;
  }
}

function booleanIn(text: string): string | undefined {
  const word = text.trim().replace(/[,;]$/, "").toLowerCase();
  return Object.hasOwn(booleans, word) ? booleans[word] : nearest(word, ["true", "false"]);
}

/** The number in a text, without separators of thousands and without the unit that the field's name has. */
function numberIn(text: string, field: string): string | undefined {
  const [, unit = ""] = /(GiB|Seconds|hours)$/.exec(field) ?? [];
  const units: Readonly<Record<string, RegExp>> = {
    GiB: /\s*(Gi?B?|GiB)$/i,
    Seconds: /\s*(s|secs?|seconds?)$/i,
    hours: /\s*(h|hours?)$/i,
  };
  const plain = text
    .trim()
    .replace(/[,;]$/, "")
    .replace(units[unit] ?? /$^/, "");
  if (/^\d{1,3}([,_]\d{3})+$/.test(plain)) return plain.replace(/[,_]/g, "");
  return /^\d+(\.\d+)?$/.test(plain) ? plain : undefined;
}

function listOf(value: unknown): string | undefined {
  if (typeof value !== "string" && typeof value !== "number") return undefined;
  if (/^\[[^[\]]*\]$/.test(String(value))) return String(value);
  const items = String(value)
    .split(/\s*,\s*|\s+/)
    .filter(Boolean);
  return items.every((item) => /^[\w.@/-]+$/.test(item)) && items.length > 0 ? `[${items.join(", ")}]` : undefined;
}
