import type { z } from "zod";
import { configurationSchema, type WrittenConfiguration } from "../schema/configuration";
import type { Findings } from "./findings";
import { addIssue } from "./issues";
import { isArraySchema, isObjectSchema, unwrapped, type Schema } from "./schemas";
import { isRecord, own } from "./values";
import type { Origin } from "./yaml-file";

/**
 * The readable parts of a value with faults. The checks work on them, so that all problems are reported at once.
 * A field that was not written is absent; one that was written but can't be read is present with the value undefined.
 */
export type Readable<T> = T extends (infer Item)[]
  ? (Readable<Item> | undefined)[]
  : T extends object
    ? { [Field in keyof T]?: Readable<T[Field]> }
    : T;

/** Whether a field was written but can't be read: its fault has been reported. */
export const isUnreadable = <T extends object>(group: Readable<T>, field: keyof T & string): boolean =>
  Object.hasOwn(group, field) && (group as Record<string, unknown>)[field] === undefined;

/** Parses the input by the schema, with the schema's defaults. Each fault of the input's shape becomes a problem. */
export function readShape(
  input: unknown,
  source: Origin["source"],
  findings: Findings,
): Readable<WrittenConfiguration> {
  const result = configurationSchema.safeParse(input);
  if (result.success) return result.data;
  for (const issue of result.error.issues) addIssue(issue, input, source, findings);
  return (readable(configurationSchema, input) ?? {}) as Readable<WrittenConfiguration>;
}

/** The parts of the value that fit the schema; a list keeps its places. See Readable. */
function readable(schema: Schema, value: unknown): unknown {
  const result = (schema as z.ZodType).safeParse(value);
  if (result.success) return result.data;
  const inner = unwrapped(schema);
  if (isObjectSchema(inner) && isRecord(value)) {
    return Object.fromEntries(
      Object.entries(inner._zod.def.shape)
        .map(([name, field]) => [name, readable(field, own(value, name))] as const)
        .filter(([name, part]) => part !== undefined || own(value, name) !== undefined),
    );
  }
  if (isArraySchema(inner) && Array.isArray(value)) return value.map((item) => readable(inner._zod.def.element, item));
  return undefined;
}
