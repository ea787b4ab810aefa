import type { z } from "zod";
import { characterName, shownName } from "./characters";
import type { Findings, Suggestion } from "./findings";
import { didYouMean, insteadOf, nearest } from "./near";
import type { Path } from "./problems";
import {
  accepts,
  descriptionAt,
  fieldNames,
  isOptional,
  isArraySchema,
  isRecordSchema,
  schemaAt,
  unwrapped,
} from "./schemas";
import { isRecord, own, shown, withoutSecrets } from "./values";
import { rewritten, withMinorVersion } from "./rewritten";
import type { Origin } from "./yaml-file";

type Issue = z.core.$ZodIssue;

/** Adds the problem for an issue that zod found. */
export function addIssue(issue: Issue, input: unknown, source: Origin["source"], findings: Findings): void {
  const path = issue.path.map((step) => (typeof step === "number" ? step : String(step)));
  if (issue.code === "unrecognized_keys") {
    for (const name of issue.keys) addUnknownField(path, name, valueAt(input, path), findings);
    return;
  }
  const value = valueAt(input, path);
  // zod counts the letters of a text where a list should be, besides refusing it.
  if (typeof value === "string" && issue.code.startsWith("too_") && isList(path)) return;
  const what = descriptionAt(path);
  if (value === undefined) findings.problem(path, `is missing. ${what}`.trim());
  else if (value === null) {
    const remedy = isOptional(schemaAt(path)) ? "Add one, or remove the line." : "Add one.";
    findings.problem(path, `has no value. ${remedy} ${what}`.trim());
  } else if (issue.code === "invalid_key") addWrongName(issue, path, findings);
  else {
    const written = withoutSecrets(source(path) ?? "") || shown(value);
    const message = messageOf(issue, written, what) + lookalikeIn(value) + signMissing(issue, value);
    findings.problem(path, message, suggestionFor(issue, path, value, { written, message, source: source(path) }));
  }
}

function isList(path: Path): boolean {
  const schema = schemaAt(path);
  return schema !== undefined && isArraySchema(unwrapped(schema));
}

function messageOf(issue: Issue, written: string, what: string): string {
  switch (issue.code) {
    case "invalid_type":
      return `must be ${kinds[issue.expected] ?? issue.expected}, is ${written}. ${what}`.trim();
    case "invalid_value":
      return `must be ${alternatives(issue.values.map(String))}, is ${written}.`;
    case "invalid_union":
      return `${issue.message}, is ${written}.`;
    case "too_small":
    case "too_big": {
      if (issue.origin === "string") return `${issue.message}; is ${written}.`;
      const bound = boundOf(issue);
      if (issue.origin === "array") return `must have ${bound} item${bound.endsWith(" 1") ? "" : "s"}. ${what}`.trim();
      return `must be ${bound}, is ${written}. ${what}`.trim();
    }
    default:
      return `${issue.message}; is ${written}.`;
  }
}

/** Without a colon, or without a space after it or after a hyphen, everything is one value. */
function signMissing(issue: Issue, value: unknown): string {
  if (typeof value === "string" && /^[A-Za-z]+:[^\s/]/.test(value)) return " A space is missing after the colon.";
  if (typeof value === "string" && expectsGroup(issue) && /^[A-Za-z]+ +\S+$/.test(value))
    return " A colon is missing after the first word.";
  const isItem = isRecord(value) && Object.keys(value).some((name) => /^-\w/.test(name));
  return isItem ? " A space is missing after the hyphen." : "";
}

/** A word processor's dash or a Cyrillic letter looks like what is meant. */
function lookalikeIn(value: unknown): string {
  const [character] = typeof value === "string" ? (/[^ -~\s]/u.exec(value) ?? []) : [];
  return character === undefined ? "" : ` It has ${characterName(character)} in it.`;
}

interface Written {
  readonly written: string;
  readonly message: string;
  /** The value as it is in the file, if it is neither text nor a group or list. */
  readonly source: string | undefined;
}

function suggestionFor(
  issue: Issue,
  path: Path,
  value: unknown,
  { written, message, source }: Written,
): Suggestion | undefined {
  const what = message.split(`is ${written}`)[0]! + `is ${written}`;
  const rest = message.slice(what.length);
  const names = namesOf(issue);
  // Text that YAML has read as something else: 25.10 is the number 25.1, and on is true in old files.
  if (typeof value !== "string" && !isGroup(value) && (expectsText(issue) || names.length > 0)) {
    const plain = source ?? String(value);
    const version = withMinorVersion(plain);
    const isVersion = !accepts(schemaAt(path), plain) && accepts(schemaAt(path), version);
    const text = JSON.stringify(isVersion ? version : plain);
    if (names.length > 0 && !names.includes(JSON.parse(text) as string)) return undefined;
    return {
      message: `${what}; put it in quotes: ${text}${rest}`,
      fix: { value: text },
      orItsRefusal: names.length === 0,
    };
  }
  if (names.length > 0) return didYouMean(what, value, names);
  const other = rewritten(issue, path, value);
  if (other === undefined) return undefined;
  if (issue.code !== "invalid_type") return insteadOf(what, JSON.parse(other) as string);
  const isQuoted = typeof value === "string" && value === other;
  return { message: `${what}; ${isQuoted ? "remove the quotes" : `write ${other}`}${rest}`, fix: { value: other } };
}

const isGroup = (value: unknown) => typeof value === "object" && value !== null;
const expectsGroup = (issue: Issue) =>
  issue.code === "invalid_type" && (issue.expected === "object" || issue.expected === "record");
const expectsText = (issue: Issue) => issue.code === "invalid_type" && issue.expected === "string";

/** The words that a field can have as its value. */
function namesOf(issue: Issue): string[] {
  if (issue.code === "invalid_value") return issue.values.map(String);
  return issue.code === "invalid_union" ? issue.errors.flat().flatMap(namesOf) : [];
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

function addUnknownField(parent: Path, name: string, group: unknown, findings: Findings): void {
  const known = fieldNames(schemaAt(parent));
  const message = "is not a known field";
  const near = nearest(name, known);
  if (near !== undefined && isRecord(group) && own(group, near) !== undefined) {
    findings.problem([...parent, name], `${message}, and ${near} is there already. Remove this line.`);
    return;
  }
  findings.problem(
    [...parent, name],
    `${message}. Known fields: ${known.join(", ")}.`,
    near === undefined ? undefined : { message: `${message}. Did you mean ${shownName(near)}?`, fix: { name: near } },
  );
}

function addWrongName(issue: Extract<Issue, { code: "invalid_key" }>, path: Path, findings: Findings): void {
  const name = String(path.at(-1));
  const what = `${issue.issues[0]?.message}; is ${shown(name)}`;
  const group = schemaAt(path.slice(0, -1));
  const record = group && unwrapped(group);
  const names = record && isRecordSchema(record) ? record._zod.def.keyType : undefined;
  const near = [name.trim().toLowerCase().replace(/[ .]/g, "-")].find((text) => accepts(names, text));
  findings.problem(
    path,
    `${what}.`,
    near === undefined ? undefined : { message: `${what}. Did you mean ${shownName(near)}?`, fix: { name: near } },
  );
}

function valueAt(input: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, step) => {
    if (Array.isArray(value) && typeof step === "number") return value[step];
    return isRecord(value) ? own(value, String(step)) : undefined;
  }, input);
}
