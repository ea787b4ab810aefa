import { crc32 } from "node:zlib";

/**
 * The words in which kubernetes-attributes.ts says what becomes of each attribute of Terraform's Kubernetes provider.
 * The provider's own expansion code (structure*.go in hashicorp/terraform-provider-kubernetes, v2.38) is the source.
 */

/** The attributes of a block, by the provider's names. */
export interface Block {
  readonly [attribute: string]: Attribute;
}

export interface Attribute {
  /** Kubernetes' name. @default - the provider's in camelCase */
  readonly to?: string;
  /** The attributes of a block. @default - a plain value */
  readonly block?: Block;
  /** A block that Kubernetes has as a list. @default false */
  readonly many?: boolean;
  /** A block whose fields Kubernetes has in the object around it. @default false */
  readonly intoParent?: boolean;
  /** Only tells the provider what to do. @default false */
  readonly never?: boolean;
  /** Whether the provider takes it as a set of texts. @default false */
  readonly set?: boolean;
  /** What a plain value becomes. @throws Error that says what was expected */
  readonly convert?: (value: unknown) => unknown;
  /**
   * What the provider sends when the attribute is left out of a block that is there, where Kubernetes' API server would
   * fill in something else.
   */
  readonly sent?: unknown;
}

export const text = (to?: string): Attribute => ({ to, convert: asText });
export const flag = (to?: string): Attribute => ({ to, convert: asFlag });
export const integer = (to?: string): Attribute => ({ to, convert: asInteger });
/** A port or an amount: digits become a number, anything else ("http", "25%") stays. */
export const integerOrName = (to?: string): Attribute => ({ to, convert: asIntegerOrName });
/** File permissions: the provider's "0555" is octal, Kubernetes has the number. */
export const octal = (to?: string): Attribute => ({ to, convert: asOctal });
export const texts = (to?: string): Attribute => ({ to, convert: listOf(asText) });
/** A set, which has no order: the provider sends it in an order of its own, which its SDK makes of checksums. */
export const textSet = (): Attribute => ({ set: true, convert: inOrderOf(crc32) });
/** The same where the provider leaves the way of making checksums to the SDK (no `schema.HashString`). */
export const plainTextSet = (to?: string): Attribute => {
  return { to, set: true, convert: inOrderOf((item) => crc32(`${item};`)) };
};
export const integers = (to?: string): Attribute => ({ to, convert: listOf(asInteger) });
export const textMap = (to?: string): Attribute => ({ to, convert: mapOf(asText) });
/** Amounts of resources by their names, such as { cpu: "500m" }. */
export const quantities = textMap;
/** A block of which there is at most one. */
export const one = (block: Block, to?: string): Attribute => ({ to, block });
/** Blocks that Kubernetes has as a list under another name. */
export const many = (to: string, block: Block): Attribute => ({ to, block, many: true });
export const sent = (value: unknown, attribute: Attribute): Attribute => ({ ...attribute, sent: value });
export const never: Attribute = { never: true };

/** run_as_non_root to runAsNonRoot */
export function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

// Terraform converts between strings, numbers and booleans as these do.
function asText(value: unknown): string {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return String(value);
  throw new Error(`must be a text, not ${JSON.stringify(value)}`);
}

function asFlag(value: unknown): boolean {
  if (typeof value === "boolean") return value;
  if (value === "true" || value === "false") return value === "true";
  throw new Error(`must be true or false, not ${JSON.stringify(value)}`);
}

function asInteger(value: unknown): number {
  const number = typeof value === "string" && value !== "" ? Number(value) : value;
  if (typeof number === "number" && Number.isInteger(number)) return number;
  throw new Error(`must be a whole number, not ${JSON.stringify(value)}`);
}

function asIntegerOrName(value: unknown): number | string {
  const name = asText(value);
  return /^\d+$/.test(name) ? Number(name) : name;
}

function asOctal(value: unknown): number {
  if (typeof value === "string" && /^[0-7]{3,4}$/.test(value)) return parseInt(value, 8);
  throw new Error(`must be octal permissions such as "0555", not ${JSON.stringify(value)}`);
}

function listOf<T>(convert: (value: unknown) => T): (value: unknown) => T[] {
  return (value) => {
    if (!Array.isArray(value)) throw new Error(`must be a list, not ${JSON.stringify(value)}`);
    return value.map(convert);
  };
}

/** Checksums are compared as texts. */
function inOrderOf(checksum: (item: string) => number): (value: unknown) => string[] {
  return (value) => {
    const byChecksum = listOf(asText)(value).map((item): [string, string] => [String(checksum(item)), item]);
    return byChecksum.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
  };
}

function mapOf<T>(convert: (value: unknown) => T): (value: unknown) => Record<string, T> {
  return (value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw new Error(`must be a map, not ${JSON.stringify(value)}`);
    }
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, convert(item)]));
  };
}
