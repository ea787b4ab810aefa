import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, type Document } from "yaml";
import { ConfigurationError, type Path } from "./problems";
import { withoutSecrets } from "./values";

export interface Position {
  readonly line: number;
  readonly column: number;
}

/** The content of a YAML file, with the positions of its fields. */
export interface YamlFile {
  readonly value: unknown;
  /** Position of the field, or of the nearest enclosing one that the file has; undefined if it has none of them. */
  position(path: Path): Position | undefined;
}

/** Reads a YAML file. @throws ConfigurationError if it does not exist, or with every syntax error */
export function readYamlFile(file: string): YamlFile {
  if (!existsSync(file))
    throw new ConfigurationError(file, [{ path: "", message: `does not exist.${otherFiles(file)}` }]);
  if (!statSync(file).isFile()) {
    throw new ConfigurationError(file, [{ path: "", message: "is not a file. Give the path of the YAML file." }]);
  }
  return parseYaml(readFileSync(file, "utf8"), file);
}

/** Like readYamlFile, but parses a text. `file` is used only in problems. */
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
    throw new ConfigurationError(file, [{ path: "", message: "is empty. Copy config/shadownet.yaml and edit it." }]);
  }
  return { value: valueOf(document, file), position: (path) => positionOf(document, path, at) };
}

function valueOf(document: Document, file: string): unknown {
  try {
    const value: unknown = document.toJS();
    // Fails on a value that contains itself, which would otherwise be read without end.
    JSON.stringify(value);
    return value;
  } catch (error) {
    const isCyclic = error instanceof TypeError;
    const message = isCyclic ? "an alias is inside the value that it refers to" : (error as Error).message;
    throw new ConfigurationError(file, [{ path: "", message: `YAML: ${withoutSecrets(message)}.` }]);
  }
}

function inPlainWords(code: string, message: string): string {
  if (code === "TAB_AS_INDENT") return "YAML: indented with a tab. Use spaces.";
  if (code === "DUPLICATE_KEY") return "YAML: this field appears twice. Remove one.";
  if (code === "MULTIPLE_DOCS") return "YAML: a second document begins here (---). A file contains one configuration.";
  return `YAML: ${withoutSecrets(message).replace(/\.?$/, ".")}`;
}

/** Position of a field's key, or of a list's item. */
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
