import type { z } from "zod";
import { configurationSchema } from "../schema/configuration";
import type { Path } from "./problems";

/** What the messages need to know of the schema of a field. */
export type Schema = z.core.$ZodType;

/** The schema of the field at a path; undefined if there is none. */
export function schemaAt(path: Path): Schema | undefined {
  let schema: Schema | undefined = configurationSchema;
  for (const step of path) {
    const inner: Schema = unwrapped(schema);
    if (isObjectSchema(inner)) schema = ownField(inner, String(step));
    else if (isArraySchema(inner)) schema = inner._zod.def.element;
    else if (isRecordSchema(inner)) schema = inner._zod.def.valueType;
    else return undefined;
    if (!schema) return undefined;
  }
  return schema;
}

/** The names of a group's fields. */
export function fieldNames(schema: Schema | undefined): string[] {
  const group = schema && unwrapped(schema);
  return group && isObjectSchema(group) ? Object.keys(group._zod.def.shape) : [];
}

/** The explanation of a field, or an empty text. */
export function descriptionAt(path: Path): string {
  for (let schema = schemaAt(path); schema;) {
    const text = (schema as z.ZodType).description;
    if (text) return text;
    const inner = (schema._zod.def as { innerType?: Schema }).innerType;
    if (!inner) break;
    schema = inner;
  }
  return "";
}

/** Whether a field may be left out. */
export const isOptional = (schema: Schema | undefined): boolean =>
  schema?._zod.optin === "optional" || accepts(schema, undefined);

export const accepts = (schema: Schema | undefined, value: unknown): boolean =>
  schema !== undefined && (schema as z.ZodType).safeParse(value).success;

/** The schema inside optional(), default() and prefault(). */
export function unwrapped(schema: Schema): Schema {
  const inner = (schema._zod.def as { innerType?: Schema }).innerType;
  return inner ? unwrapped(inner) : schema;
}
export const isObjectSchema = (schema: Schema): schema is z.core.$ZodObject => schema._zod.def.type === "object";
export const isArraySchema = (schema: Schema): schema is z.core.$ZodArray => schema._zod.def.type === "array";
export const isRecordSchema = (schema: Schema): schema is z.core.$ZodRecord => schema._zod.def.type === "record";

const ownField = ({ _zod: { def } }: z.core.$ZodObject, name: string): Schema | undefined =>
  Object.hasOwn(def.shape, name) ? def.shape[name] : undefined;
