import { crc32 } from "node:zlib";

/**
 * The vocabulary in which kubernetes-attributes.ts describes how the attributes of Terraform's Kubernetes provider become
 * fields of Kubernetes objects. It follows the provider's own code, in the files structure*.go of
 * https://github.com/hashicorp/terraform-provider-kubernetes/tree/v2.38.0/kubernetes
 */

/** The attributes of a block, by their name in the provider. */
export interface Block {
  readonly [attribute: string]: Attribute;
}

/** How an attribute becomes a field. */
export interface Attribute {
  /** Name of the field in Kubernetes. @default - the attribute's name in camelCase */
  readonly to?: string;
  /** The attributes of a block. @default - a plain value */
  readonly block?: Block;
  /** The block is a list in Kubernetes. @default false */
  readonly many?: boolean;
  /** Kubernetes has the block's fields in the surrounding object. @default false */
  readonly intoParent?: boolean;
  /** The attribute only controls the provider and is not part of the object. @default false */
  readonly omitted?: boolean;
  /** The provider treats it as a set of strings. @default false */
  readonly set?: boolean;
  /** Converts a plain value. @throws Error with what was expected */
  readonly convert?: (value: unknown) => unknown;
  /** Value that the provider sends if a block lacks the attribute, where the API server's own default differs. */
  readonly default?: unknown;
}

/** Plain values; `to` is the name in Kubernetes, if it differs. */
export const text = (to?: string): Attribute => ({ to, convert: asText });
export const flag = (to?: string): Attribute => ({ to, convert: asFlag });
export const integer = (to?: string): Attribute => ({ to, convert: asInteger });
/** A port or an amount: digits become a number, anything else ("http", "25%") stays a string. */
export const integerOrName = (to?: string): Attribute => ({ to, convert: asIntegerOrName });
/** File permissions: an octal string such as "0555" in the provider, a number in Kubernetes. */
export const octal = (to?: string): Attribute => ({ to, convert: asOctal });
export const texts = (to?: string): Attribute => ({ to, convert: listOf(asText) });
/** A set of strings: the provider sends it in the order of checksums, which Terraform's SDK computes. */
export const textSet = (): Attribute => ({ set: true, convert: inOrderOf(crc32) });
/** The same, for sets without `schema.HashString`, where the SDK chooses the checksum. */
export const plainTextSet = (to?: string): Attribute => {
  return { to, set: true, convert: inOrderOf((item) => crc32(`${item};`)) };
};
export const integers = (to?: string): Attribute => ({ to, convert: listOf(asInteger) });
export const textMap = (to?: string): Attribute => ({ to, convert: mapOf(asText) });
/** Quantities by resource, such as { cpu: "500m" }. */
export const quantities = textMap;
/** A block that occurs at most once. */
export const one = (block: Block, to?: string): Attribute => ({ to, block });
/** Blocks that are a list in Kubernetes, under a different name. */
export const many = (to: string, block: Block): Attribute => ({ to, block, many: true });
/** An attribute with a default of the provider's own. */
export const withDefault = (value: unknown, attribute: Attribute): Attribute => ({ ...attribute, default: value });
/** An attribute that only controls the provider. */
export const omitted: Attribute = { omitted: true };

/** run_as_non_root becomes runAsNonRoot. */
export function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

// As in Terraform: https://developer.hashicorp.com/terraform/language/expressions/types#type-conversion
function asText(value: unknown): string {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return String(value);
  throw new Error(`must be a string, not ${JSON.stringify(value)}`);
}

function asFlag(value: unknown): boolean {
  if (typeof value === "boolean") return value;
  if (value === "true" || value === "false") return value === "true";
  throw new Error(`must be true or false, not ${JSON.stringify(value)}`);
}

function asInteger(value: unknown): number {
  const number = typeof value === "string" && value !== "" ? Number(value) : value;
  if (typeof number === "number" && Number.isInteger(number)) return number;
  throw new Error(`must be an integer, not ${JSON.stringify(value)}`);
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

/** The SDK compares checksums as strings. */
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
