import { exampleInput } from "../../laboratory/examples";
import { parseConfiguration, ConfigurationError, type Problem } from "../../lib/config/load";

/** Calls `change` with every list in `value` and the name of its field, and reverses the order of the fields of all maps. */
export function changeEveryList(value: unknown, change: (list: unknown[], field: string) => void, field = ""): void {
  if (typeof value !== "object" || value === null) return;
  if (Array.isArray(value)) {
    for (const item of value) changeEveryList(item, change, field);
    change(value, field);
    return;
  }
  const map = value as Record<string, unknown>;
  for (const [name, item] of Object.entries(map).reverse()) {
    changeEveryList(item, change, name);
    // Deleted and set again, it becomes the last field.
    delete map[name];
    map[name] = item;
  }
}

/**
 * The findings of the checks for an example file with some changes, without their fixes, which reading/fixes.test.ts tries.
 * @param changes values by path, such as { "bakers[0].name": "x" }; undefined deletes the field
 * @param file @default "config/hodl-farm.yaml"
 */
export function findingsOf(changes: Record<string, unknown>, file = "config/hodl-farm.yaml") {
  const input = exampleInput(file);
  for (const [path, value] of Object.entries(changes)) change(input, path, value);
  try {
    return { problems: [] as readonly Omit<Problem, "fix">[], warnings: parseConfiguration(input, file).warnings };
  } catch (error) {
    if (error instanceof ConfigurationError)
      return { problems: error.problems.map(({ fix: _, ...problem }) => problem), warnings: [] as readonly Problem[] };
    throw error;
  }
}

/** Matches a finding with this path whose message contains the text. */
export const found = (path: string, message: string) => ({ path, message: expect.stringContaining(message) as string });

function change(input: object, path: string, value: unknown): void {
  const steps = path.split(/[.[\]]+/).filter((step) => step !== "");
  const last = steps.pop()!;
  let parent = input as Record<string, unknown>;
  for (const step of steps) parent = (parent[step] ??= {}) as Record<string, unknown>;
  if (value === undefined) delete parent[last];
  else parent[last] = value;
}
