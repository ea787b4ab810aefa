import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv";
import { configurationJsonSchema } from "../../../lib/config/json-schema";
import { exampleFiles, exampleInput } from "../../../laboratory/examples";
import { packageRoot } from "../../../lib/package-root";

interface Node {
  description?: string;
  properties?: Record<string, Node>;
  items?: Node;
}
const schema = configurationJsonSchema() as Node;

/** Every field of the schema, by its path; [] stands for the items of a list. */
function fields(node: Node, path = ""): [string, Node][] {
  const own = Object.entries(node.properties ?? {}).flatMap(([name, child]) => {
    const at = path ? `${path}.${name}` : name;
    return [[at, child] as [string, Node], ...fields(child, at)];
  });
  return [...own, ...(node.items ? fields(node.items, `${path}[]`) : [])];
}

/** Every field that a value has, in the same notation. */
function fieldsIn(value: unknown, path = ""): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => fieldsIn(item, `${path}[]`));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, child]) => {
    const at = path ? `${path}.${name}` : name;
    return [at, ...fieldsIn(child, at)];
  });
}

test("config/schema.json is current (`npm run schema` writes it)", () => {
  const committed = JSON.parse(readFileSync(join(packageRoot, "config/schema.json"), "utf8")) as unknown;
  expect(committed).toEqual(schema);
});

test("describes every field", () => {
  expect(fields(schema).filter(([, field]) => !field.description)).toEqual([]);
});

test("every-option.yaml contains all fields", () => {
  const present = new Set(fieldsIn(exampleInput("config/every-option.yaml")));
  const missing = fields(schema)
    .map(([path]) => path)
    .filter((path) => !present.has(path));
  expect(missing).toEqual([]);
});

describe("as validators apply it", () => {
  const validate = new Ajv({ allErrors: true }).compile(schema);
  const errors = (input: unknown) =>
    validate(input) ? [] : validate.errors!.map(({ dataPath, keyword }) => `${dataPath} ${keyword}`);

  test.each(exampleFiles)("%s is valid, and refers to it", (file) => {
    expect(errors(exampleInput(file))).toEqual([]);
    expect(readFileSync(join(packageRoot, file), "utf8")).toMatch(/^# yaml-language-server: \$schema=schema\.json\n/);
  });

  test("rejects unknown and missing fields and wrong types", () => {
    const { name: _, ...rest } = exampleInput();
    const broken = { ...rest, zones: [], google: { region: "us-central1", zones: [] }, publicNodes: { count: "2" } };
    expect(errors(broken).sort()).toEqual([
      " additionalProperties",
      " required",
      ".google required",
      ".publicNodes.count type",
    ]);
  });
});
