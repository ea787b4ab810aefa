import { exampleInput } from "../../laboratory/examples";
import { parseConfiguration, ConfigurationError, type Problem } from "../../lib/config/load";

/** Calls `change` with every list in `value`, and with where it stands; the fields of every map change places. */
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
    // Set anew it is the last.
    delete map[name];
    map[name] = item;
  }
}

/**
 * What the checks find in an example file after some changes.
 * @param changes values by path, such as { "bakers[0].name": "x" }; undefined removes the field
 */
export function findingsOf(changes: Record<string, unknown>, file = "config/hodl-farm.yaml") {
  const input = exampleInput(file);
  for (const [path, value] of Object.entries(changes)) change(input, path, value);
  try {
    return { problems: [] as readonly Problem[], warnings: parseConfiguration(input, file).warnings };
  } catch (error) {
    if (error instanceof ConfigurationError) return { problems: error.problems, warnings: [] as readonly Problem[] };
    throw error;
  }
}

/** The path and a part of the message of each finding, for toEqual. */
export const found = (path: string, message: string) => ({ path, message: expect.stringContaining(message) as string });

function change(input: object, path: string, value: unknown): void {
  const steps = path.split(/[.[\]]+/).filter((step) => step !== "");
  const last = steps.pop()!;
  let parent = input as Record<string, unknown>;
  for (const step of steps) parent = (parent[step] ??= {}) as Record<string, unknown>;
  if (value === undefined) delete parent[last];
  else parent[last] = value;
}
