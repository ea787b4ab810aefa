import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, type Document } from "yaml";
import { ConfigurationError, type Path } from "./problems";
import { withoutSecrets } from "./values";

export interface Position {
  readonly line: number;
  readonly column: number;
}

/** What a YAML file says, and where it says it. */
export interface YamlFile {
  readonly value: unknown;
  /** Place of the field in the file, or of the nearest one above it that stands there; undefined if none does. */
  position(path: Path): Position | undefined;
}

/** Reads a YAML file. @throws ConfigurationError when there is none, or when its syntax is broken, with all places */
export function readYamlFile(file: string): YamlFile {
  if (!existsSync(file))
    throw new ConfigurationError(file, [{ path: "", message: `there is no such file.${othersLike(file)}` }]);
  if (!statSync(file).isFile()) {
    throw new ConfigurationError(file, [{ path: "", message: "is no file; name the YAML file itself." }]);
  }
  return parseYaml(readFileSync(file, "utf8"), file);
}

/** As readYamlFile, of a text. `file` is only named in problems. */
export function parseYaml(text: string, file: string): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  if (document.errors.length > 0) {
    const problems = document.errors.map((error) => ({
      path: "",
      message: inPlainWords(error.code, error.message),
      ...at(error.pos[0]),
    }));
    throw new ConfigurationError(file, problems);
  }
  if (document.contents === null) {
    throw new ConfigurationError(file, [
      { path: "", message: "the file is empty. Copy config/shadownet.yaml and change it." },
    ]);
  }
  return { value: valueOf(document, file), position: (path) => positionOf(document, path, at) };
}

function valueOf(document: Document, file: string): unknown {
  try {
    const value: unknown = document.toJS();
    // What holds itself would go on for ever; this is the cheapest way to see it.
    JSON.stringify(value);
    return value;
  } catch (error) {
    const isCircle = error instanceof TypeError;
    const message = isCircle ? "an alias stands inside what it names" : (error as Error).message;
    throw new ConfigurationError(file, [{ path: "", message: `YAML: ${withoutSecrets(message)}.` }]);
  }
}

function inPlainWords(code: string, message: string): string {
  if (code === "TAB_AS_INDENT") return "YAML: a tab is used to indent; use spaces.";
  if (code === "DUPLICATE_KEY") return "YAML: the same field stands here twice; keep one.";
  if (code === "MULTIPLE_DOCS") return "YAML: a second document begins here (---); one file holds one configuration.";
  return `YAML: ${withoutSecrets(message).replace(/\.?$/, ".")}`;
}

/** Points at the key of a field, at the item of a list. */
function positionOf(document: Document, path: Path, at: (offset: number) => Position): Position | undefined {
  let node: unknown = document.contents;
  let offset: number | undefined;
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(document);
    const pair = isMap(node)
      ? node.items.find((item) => isScalar(item.key) && String(item.key.value) === step)
      : undefined;
    const item = isSeq(node) && typeof step === "number" ? node.items[step] : undefined;
    const marker = pair?.key ?? item;
    if (!isNode(marker) || !marker.range) break;
    offset = marker.range[0];
    node = pair ? pair.value : item;
  }
  return offset === undefined ? undefined : at(offset);
}

function othersLike(file: string): string {
  const folders = [...new Set([dirname(file), "config"])].filter(
    (folder) => existsSync(folder) && statSync(folder).isDirectory(),
  );
  const others = folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => /\.ya?ml$/.test(name) && name !== basename(file))
      .map((name) => join(folder, name)),
  );
  return others.length > 0 ? ` There is: ${others.sort().join(", ")}.` : "";
}
