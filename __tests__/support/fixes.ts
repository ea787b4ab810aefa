import { isCollection, isMap, isScalar, parseDocument, type Document } from "yaml";
import { ConfigurationError, parseConfiguration, type Problem } from "../../lib/config/load";
import { parseYaml } from "../../lib/config/reading/yaml-file";

/** The problems of a configuration file with this text. */
export function problemsOf(text: string): readonly Problem[] {
  try {
    const { value, ...origin } = parseYaml(text, "mine.yaml");
    parseConfiguration(value, "mine.yaml", origin);
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
}

/**
 * The text of a message that suggests a change, as a reader would take it: what to write instead of the value, or as the
 * name of the field.
 */
export function suggestionIn({ message }: Problem): string | undefined {
  if (message.includes("; remove the quotes")) return "remove the quotes";
  return (/; put it in quotes: ("(?:[^"\\]|\\.)*")/.exec(message) ??
    /; write (\[[^\]]*\]|\S+?)(?:\. |\.$)/.exec(message) ??
    /Did you mean ("(?:[^"\\]|\\.)*")\?/.exec(message) ??
    /Set it to (\[[^\]]*\]), for example/.exec(message))?.[1];
}

/** The file after a reader has followed the message: only the value, or the name of the field, is written anew. */
export function followed(text: string, problem: Problem): string {
  const suggestion = suggestionIn(problem);
  if (suggestion === undefined) throw new Error(`no suggestion in: ${problem.message}`);
  const document = parseDocument(text);
  const { key, value } = nodesAt(document, problem.path);
  const isName = problem.fix !== undefined && "name" in problem.fix;
  const node = isName ? key : value;
  const [from, to] = (node as { range: [number, number, number] }).range;
  const written = text.slice(from, to);
  const replacement = suggestion === "remove the quotes" ? written.slice(1, -1) : suggestion;
  const after = isCollection(node) && !node.flow ? "\n" : "";
  return text.slice(0, from) + replacement + after + text.slice(to);
}

function nodesAt(document: Document, path: string): { key: unknown; value: unknown } {
  const steps = [...path.matchAll(/\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|([\w-]+)/g)].map(([, index, quoted, name]) =>
    index !== undefined ? Number(index) : quoted !== undefined ? (JSON.parse(`"${quoted}"`) as string) : name!,
  );
  let key: unknown;
  let value: unknown = document.contents;
  for (const step of steps) {
    if (isMap(value)) {
      const pair = value.items.find(
        (item) => isScalar(item.key) && [String(item.key.value), item.key.source].includes(String(step)),
      );
      key = pair?.key;
      value = pair?.value;
    } else value = (value as { items: unknown[] }).items[step as number];
  }
  return { key, value };
}
