import { closest, distance } from "fastest-levenshtein";
import type { z } from "zod";
import type { Findings } from "./findings";
import type { Path } from "./problems";
import { configurationSchema, type WrittenConfiguration } from "../schema/configuration";
import { isRecord, own, shown } from "./values";

/**
 * The readable parts of a value with faults. The checks work on them, so that all problems are reported at once.
 * A field that was not written is absent; one that was written but can't be read is present with the value undefined.
 */
export type Readable<T> = T extends (infer Item)[]
  ? (Readable<Item> | undefined)[]
  : T extends object
    ? { [Field in keyof T]?: Readable<T[Field]> }
    : T;

type Schema = z.core.$ZodType;
type Issue = z.core.$ZodIssue;

/** Whether a field was written but can't be read: its fault has been reported. */
export const isUnreadable = <T extends object>(group: Readable<T>, field: keyof T & string): boolean =>
  Object.hasOwn(group, field) && (group as Record<string, unknown>)[field] === undefined;

/** Parses the input by the schema, with the schema's defaults. Each fault of the input's shape becomes a problem. */
export function readShape(input: unknown, findings: Findings): Readable<WrittenConfiguration> {
  const result = configurationSchema.safeParse(input);
  if (result.success) return result.data;
  for (const issue of result.error.issues) addIssue(issue, input, findings);
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

function addIssue(issue: Issue, input: unknown, findings: Findings): void {
  const path = issue.path.map((step) => (typeof step === "number" ? step : String(step)));
  if (issue.code === "unrecognized_keys") {
    for (const name of issue.keys) findings.problem([...path, name], unknownField(name, schemaAt(path)));
    return;
  }
  findings.problem(path, messageOf(issue, path, valueAt(input, path)));
}

function messageOf(issue: Issue, path: Path, value: unknown): string {
  const what = descriptionAt(path);
  if (value === undefined) return `is missing. ${what}`.trim();
  if (value === null) return `has no value. Add one, or remove the line. ${what}`.trim();
  switch (issue.code) {
    case "invalid_type":
      return `must be ${kinds[issue.expected] ?? issue.expected}, is ${shown(value)}${quotesMissing(issue.expected, value)}. ${what}`.trim();
    case "invalid_value": {
      const names = issue.values.map(String);
      return `must be ${alternatives(names)}, is ${shown(value)}${didYouMean(value, names) || "."}`;
    }
    case "invalid_union": {
      const options = issue.errors.flat().filter((option) => option.code === "invalid_value");
      const names = options.flatMap((option) => option.values.map(String));
      return `${issue.message}, is ${shown(value)}${didYouMean(value, names) || "."}`;
    }
    case "too_small":
    case "too_big": {
      if (issue.origin === "string") return `${issue.message}; is ${shown(value)}.`;
      const bound = boundOf(issue);
      if (issue.origin === "array") return `must have ${bound} item${bound.endsWith(" 1") ? "" : "s"}. ${what}`.trim();
      return `must be ${bound}, is ${shown(value)}. ${what}`.trim();
    }
    case "invalid_key":
      return `${issue.issues[0]?.message}; is ${shown(path.at(-1))}.`;
    default:
      return `${issue.message}; is ${shown(value)}.`;
  }
}

/** ["a", "b", "c"] as "a, b or c". */
const alternatives = (names: readonly string[]) => names.join(", ").replace(/, ([^,]*)$/, " or $1");

function boundOf(issue: Extract<Issue, { code: "too_small" | "too_big" }>): string {
  if (issue.code === "too_big") return `at most ${issue.maximum}`;
  return issue.inclusive ? `at least ${issue.minimum}` : `more than ${issue.minimum}`;
}

const kinds: Record<string, string> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  object: "a group of fields",
  record: "a group of fields",
  array: "a list",
};

/** How to quote the value: YAML reads 25.1 as a number and "5" as text. */
function quotesMissing(expected: string, value: unknown): string {
  if (expected === "string") return typeof value === "object" ? "" : `; put it in quotes: "${String(value)}"`;
  return typeof value === "string" && /^(\d[\d.]*|true|false)$/.test(value) ? "; remove the quotes" : "";
}

function unknownField(name: string, parent: Schema | undefined): string {
  const group = parent && unwrapped(parent);
  const known = group && isObjectSchema(group) ? Object.keys(group._zod.def.shape) : [];
  const near = didYouMean(name, known);
  return near ? `is not a known field${near}` : `is not a known field. Known fields: ${known.join(", ")}.`;
}

/** `. Did you mean "zones"?` if a known name is similar, otherwise an empty string. */
export function didYouMean(name: unknown, known: readonly string[]): string {
  if (typeof name !== "string" || known.length === 0) return "";
  const lower = name.toLowerCase();
  const byLower = new Map(known.map((candidate) => [candidate.toLowerCase(), candidate]));
  const nearest = closest(lower, [...byLower.keys()]);
  // Two transposed letters count as two changes.
  const most = Math.min(Math.floor(lower.length / 2), Math.max(2, Math.floor(lower.length / 3)));
  const near = distance(lower, nearest) <= most;
  return near ? `. Did you mean "${byLower.get(nearest)}"?` : "";
}

function valueAt(input: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, step) => {
    if (Array.isArray(value) && typeof step === "number") return value[step];
    return isRecord(value) ? own(value, String(step)) : undefined;
  }, input);
}

function descriptionAt(path: Path): string {
  for (let schema = schemaAt(path); schema;) {
    const text = (schema as z.ZodType).description;
    if (text) return text;
    const inner = (schema._zod.def as { innerType?: Schema }).innerType;
    if (!inner) break;
    schema = inner;
  }
  return "";
}

function schemaAt(path: Path): Schema | undefined {
  let schema: Schema | undefined = configurationSchema;
  for (const step of path) {
    const inner: Schema = unwrapped(schema);
    if (isObjectSchema(inner)) schema = inner._zod.def.shape[String(step)];
    else if (isArraySchema(inner)) schema = inner._zod.def.element;
    else return undefined;
    if (!schema) return undefined;
  }
  return schema;
}

/** The schema inside optional(), default() and prefault(). */
function unwrapped(schema: Schema): Schema {
  const inner = (schema._zod.def as { innerType?: Schema }).innerType;
  return inner ? unwrapped(inner) : schema;
}
const isObjectSchema = (schema: Schema): schema is z.core.$ZodObject => schema._zod.def.type === "object";
const isArraySchema = (schema: Schema): schema is z.core.$ZodArray => schema._zod.def.type === "array";
