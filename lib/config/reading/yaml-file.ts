import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parse, parseDocument, visit, type Document } from "yaml";
import { shellWord } from "../../terminal/shell";
import { decode } from "./decode";
import { ConfigurationError, type Path } from "./problems";
import { syntaxProblems } from "./syntax";
import { withoutSecrets } from "./values";

export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Where the fields of a configuration come from. */
export interface Origin {
  /** Position of the field, or of the nearest enclosing one that the file has; undefined if it has none of them. */
  position(path: Path): Position | undefined;
  /** A field's value as it is written, if it is neither text nor a group or list: 25.10, 0x1F, ~. */
  source(path: Path): string | undefined;
}

/** Of a configuration that is in no file. */
export const noOrigin: Origin = { position: () => undefined, source: () => undefined };

/** The content of a YAML file, with the positions of its fields. */
export interface YamlFile extends Origin {
  readonly value: unknown;
}

/** Reads a YAML file. @throws ConfigurationError if it does not exist, or with every syntax error */
export function readYamlFile(file: string): YamlFile {
  if (!existsSync(file)) throw fileError(file, `does not exist.${otherFiles(file)}`);
  if (!statSync(file).isFile()) throw fileError(file, "is not a file. Give the path of the YAML file.");
  let content: Buffer;
  try {
    content = readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EACCES") throw error;
    throw fileError(file, `can't be read by you. If it is yours: chmod u+r ${shellWord(file)}`);
  }
  return parseYaml(decode(content, file), file);
}

const fileError = (file: string, message: string) => new ConfigurationError(file, [{ path: "", message }]);

/** Like readYamlFile, but parses a text. `file` is used only in problems. */
export function parseYaml(text: string, file: string): YamlFile {
  const lines = new LineCounter();
  // Tags are refused, known ones as well: they make other values of what is written.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, resolveKnownTags: false });
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const problems = syntaxProblems(document, text);
  if (problems.length > 0) {
    const located = problems.map(({ message, offset }) => ({
      path: "",
      message: `YAML: ${withoutSecrets(message)}`,
      ...at(offset),
    }));
    throw new ConfigurationError(file, located);
  }
  if (document.contents === null) throw fileError(file, "is empty. Copy config/shadownet.yaml and edit it.");
  keepNamesAsWritten(document);
  return {
    value: valueOf(document, file),
    position: (path) => positionOf(document, path, at),
    source: (path) => sourceOf(document, path),
  };
}

/** The value of a YAML text that has been made for a message. */
export const parseValue = (text: string): unknown => parse(text) as unknown;

/** YAML reads the name 007 as the number 7, and ~ as nothing. */
function keepNamesAsWritten(document: Document): void {
  visit(document, {
    Pair: (_, { key }) => {
      if (isScalar(key) && !["string", "symbol"].includes(typeof key.value) && key.source !== undefined)
        key.value = key.source;
    },
  });
}

function valueOf(document: Document, file: string): unknown {
  try {
    const value: unknown = document.toJS();
    // Fails on a value that contains itself, which would otherwise be read without end.
    JSON.stringify(value);
    return value;
  } catch (error) {
    const isCyclic = error instanceof TypeError;
    throw fileError(
      file,
      isCyclic
        ? "YAML: an alias is inside the value that it refers to."
        : "YAML: aliases of aliases expand to too many values. Write the values themselves.",
    );
  }
}

/** Position of a field's key, or of a list's item. */
function positionOf(document: Document, path: Path, at: (offset: number) => Position): Position | undefined {
  const { markers } = follow(document, path);
  const marker = markers.at(-1);
  return isNode(marker) && marker.range ? at(marker.range[0]) : undefined;
}

function sourceOf(document: Document, path: Path): string | undefined {
  const { markers, node } = follow(document, path);
  const isWhole = markers.length === path.length;
  return isWhole && isScalar(node) && typeof node.value !== "string" ? node.source : undefined;
}

/** The keys and items on a path, as far as the file has them, and the value at the end of it. */
function follow(document: Document, path: Path): { markers: unknown[]; node: unknown } {
  const resolved = (node: unknown) => (isAlias(node) ? node.resolve(document) : node);
  const markers: unknown[] = [];
  let node: unknown = document.contents;
  for (const step of path) {
    node = resolved(node);
    const pair = isMap(node)
      ? node.items.find((item) => isScalar(item.key) && String(item.key.value) === step)
      : undefined;
    const item = isSeq(node) && typeof step === "number" ? node.items[step] : undefined;
    const marker = pair?.key ?? item;
    if (!isNode(marker)) break;
    markers.push(marker);
    node = pair ? pair.value : item;
  }
  return { markers, node: resolved(node) };
}

/** The other YAML files of the same folder and of config/, as a sentence. */
function otherFiles(file: string): string {
  const folders = [...new Set([dirname(file), "config"])].filter(
    (folder) => existsSync(folder) && statSync(folder).isDirectory(),
  );
  const others = folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => /\.ya?ml$/.test(name) && name !== basename(file))
      .map((name) => join(folder, name)),
  );
  return others.length > 0 ? ` Existing files: ${others.sort().join(", ")}.` : "";
}
