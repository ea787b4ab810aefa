import { isCollection, isScalar, visit, type Document } from "yaml";
import { characterName, invisibleCharacter } from "./characters";

/** What is wrong with the syntax, and where in the text. */
export interface SyntaxProblem {
  readonly message: string;
  readonly offset: number;
}

interface ParserError {
  readonly code: string;
  readonly message: string;
  readonly pos: readonly [number, number];
}

/** Faults that have no others as a consequence. After a different fault, everything that follows is doubtful. */
const independent = new Set([
  "DUPLICATE_KEY",
  "TAB_AS_INDENT",
  "BAD_SCALAR_START",
  "BAD_DQ_ESCAPE",
  "TAG_RESOLVE_FAILED",
]);

/** The faults of a YAML document in plain words, each where it begins: the parser notices many of them only later. */
export function syntaxProblems(document: Document, text: string): SyntaxProblem[] {
  const errors: ParserError[] = [...document.errors, ...document.warnings];
  const firstOther = errors.findIndex(({ code }) => !independent.has(code));
  const told = errors.filter(({ code }, index) => independent.has(code) || index === firstOther);
  const problems = told.map((error) => withInvisible(inPlainWords(error, document, text), text));
  return [...problems, ...unknownAliases(document), ...oldVersion(text)];
}

function inPlainWords({ code, message, pos }: ParserError, document: Document, text: string): SyntaxProblem {
  const at = (words: string, offset = pos[0]): SyntaxProblem => ({ message: words, offset });
  const start = text[pos[0]] ?? "";
  switch (code) {
    case "TAB_AS_INDENT":
      return at("indented with a tab. Use spaces.");
    case "DUPLICATE_KEY":
      return at("this field appears twice. Remove one.");
    case "MULTIPLE_DOCS":
      return at("a second document begins here (--- or ...). A file contains one configuration.");
    case "BAD_SCALAR_START":
      return at(`a value can't begin with ${start}. Put it in quotes.`);
    case "BAD_ALIAS":
      return at("& must be followed by a name. If it belongs to the value, put the value in quotes.");
    case "BAD_DQ_ESCAPE":
      return at(
        `in double quotes, \\ begins a special character, and ${text.slice(pos[0], pos[0] + 2)} is none. Use single quotes.`,
      );
    case "TAG_RESOLVE_FAILED":
      return at("a word that begins with ! is a tag, and none is used here. Remove it, or put the value in quotes.");
    case "BAD_DIRECTIVE":
      return at("a line that begins with % is a directive, and none is used here. Remove it.");
    case "KEY_OVER_1024_CHARS":
      return at("this line is too long for the name of a field. Is a quote or a line break missing?");
    case "MULTILINE_IMPLICIT_KEY":
    case "BLOCK_AS_IMPLICIT_KEY":
      return misplacedColon(pos, text);
    case "BAD_INDENT":
    case "MISSING_CHAR":
      return (
        unclosed(message, pos[0], document) ?? lineBeforeWithoutColon(pos[0], text) ?? wrongIndent(message, pos[0])
      );
    case "UNEXPECTED_TOKEN":
      return at(unexpected(message, start));
    default:
      return at(`this can't be read: ${message.replace(/\.?$/, ".")}`);
  }
}

/** A quote, list or group that is not closed, at its beginning: the parser notices it at the end of the file. */
function unclosed(message: string, end: number, document: Document): SyntaxProblem | undefined {
  const [, quote] = /closing (["'])quote/.exec(message) ?? [];
  const [, bracket] = /end with a ([\]}])/.exec(message) ?? [];
  if (quote === undefined && bracket === undefined) return undefined;
  let offset = end;
  visit(document, {
    Node: (_, node) => {
      const [from = end] = node.range ?? [];
      const isIt =
        quote === undefined ? isCollection(node) && node.flow === true : isScalar(node) && isQuoted(node.type);
      if (isIt && from < end) offset = from;
    },
  });
  return quote === undefined
    ? { message: `this ${bracket === "]" ? "list" : "group"} is not closed. Add ${bracket} at its end.`, offset }
    : { message: `this quote is not closed. Add ${quote} at its end.`, offset };
}

const isQuoted = (type: string | null | undefined) => type === "QUOTE_DOUBLE" || type === "QUOTE_SINGLE";

/** A line without a colon, and a space after it, is a value. The parser notices it in the line after it. */
function lineBeforeWithoutColon(offset: number, text: string): SyntaxProblem | undefined {
  const before = text.slice(0, text.lastIndexOf("\n", offset - 1) + 1).split("\n");
  let index = before.length - 1;
  while (index >= 0 && !/^\s*[^\s#]/.test(before[index]!)) index--;
  const line = before[index]?.trim() ?? "";
  if (index < 0 || /:(\s|$)/.test(line) || !/^[\w-]+(:|\s+\S|$)/.test(line)) return undefined;
  const start = before.slice(0, index).join("\n").length + 1;
  return colonMissing(line, (index === 0 ? 0 : start) + before[index]!.search(/\S/));
}

function wrongIndent(message: string, offset: number): SyntaxProblem {
  if (message.includes("without - indicator")) {
    return {
      message:
        "this line is neither an item of the list above, which begins with -, nor indented as a field of the last item.",
      offset,
    };
  }
  return {
    message: "this line is not indented like the other fields of its group. Use the same number of spaces.",
    offset,
  };
}

/** The parser takes a line without a colon for the beginning of a name that goes on in the next line. */
function misplacedColon([from, to]: readonly [number, number], text: string): SyntaxProblem {
  const lineStart = text.lastIndexOf("\n", from - 1) + 1;
  const line = text.slice(lineStart).split("\n", 1)[0]!.trim().replace(/^- +/, "");
  const nextLine = text.indexOf("\n", from) + 1;
  if (/^[\w-]+:( |$)/.test(line)) {
    const isDeeper = nextLine > 0 && !/: /.test(text.slice(from, nextLine));
    return isDeeper || (to > nextLine && nextLine > 0)
      ? {
          message:
            "this line is indented deeper than the field above, which already has a value. Indent both by the same number of spaces.",
          offset: nextLine + /^\s*/.exec(text.slice(nextLine))![0].length,
        }
      : { message: "a colon followed by a space begins another value. Put the whole value in quotes.", offset: from };
  }
  return colonMissing(line, from);
}

function colonMissing(line: string, offset: number): SyntaxProblem {
  if (/^[\w-]+:[,;]$/.test(line)) return { message: "nothing may follow this colon. Remove what does.", offset };
  const [, name, value] = /^([\w-]+)(?:(?::| +)(\S.*))?$/.exec(line) ?? [];
  const example = name === undefined ? "name: value" : `${name}:${value === undefined ? "" : ` ${value}`}`;
  return { message: `a colon and a space are missing after the name of the field. Write ${example}`, offset };
}

function unexpected(message: string, start: string): string {
  if (/flow-(seq|map)-end/.test(message)) return `${start} closes nothing: no list or group is open here. Remove it.`;
  if (message.includes("Block scalar header"))
    return "nothing may follow | or > in the same line. Move it to the next line.";
  if (start === ",") return "a line ends without a comma, except inside [ ] and { }. Remove the comma.";
  return "this does not belong to the value before it. Check the quotes, the brackets and the indentation.";
}

function unknownAliases(document: Document): SyntaxProblem[] {
  const problems: SyntaxProblem[] = [];
  visit(document, {
    Alias: (_, alias) => {
      if (alias.resolve(document)) return;
      const message = `*${alias.source} refers to the value marked with &${alias.source}, and there is none above. If the * belongs to the value, put it in quotes.`;
      problems.push({ message, offset: alias.range?.[0] ?? 0 });
    },
  });
  return problems;
}

/** In YAML 1.1, on and yes are true, and 010 is 8. */
function oldVersion(text: string): SyntaxProblem[] {
  const offset = text.search(/^%YAML +1\.[01]/m);
  return offset < 0 ? [] : [{ message: "YAML 1.1 reads other values than are written. Remove this line.", offset }];
}

function withInvisible(problem: SyntaxProblem, text: string): SyntaxProblem {
  const from = text.lastIndexOf("\n", problem.offset - 1) + 1;
  const found = invisibleCharacter(text.slice(from).split("\n", 1)[0]!);
  return found === undefined
    ? problem
    : {
        ...problem,
        message: `${problem.message.replace(/\.?$/, ".")} The line has ${characterName(found)} in it, too.`,
      };
}
