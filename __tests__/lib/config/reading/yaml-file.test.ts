import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigurationError } from "../../../../lib/config/reading/problems";
import { parseYaml, readYamlFile } from "../../../../lib/config/reading/yaml-file";

function problemsOf(read: () => unknown) {
  try {
    read();
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}
const parse = (text: string) => problemsOf(() => parseYaml(text, "x.yaml"));

test.each([
  [
    "a tab",
    "google:\n\tregion: x\n",
    { path: "", message: "YAML: indented with a tab. Use spaces.", line: 2, column: 1 },
  ],
  [
    "a field that appears twice",
    "name: a\nsize: full\nname: b\n",
    { path: "", message: "YAML: this field appears twice. Remove one.", line: 3, column: 1 },
  ],
  [
    "a second document",
    "name: a\n---\nname: b\n",
    {
      path: "",
      message: "YAML: a second document begins here (--- or ...). A file contains one configuration.",
      line: 2,
      column: 1,
    },
  ],
  [
    "a missing closing quote",
    'name: "a\nsize: full\n',
    { path: "", message: 'YAML: this quote is not closed. Add " at its end.', line: 1, column: 7 },
  ],
  [
    "an unknown alias",
    "name: *x\n",
    {
      path: "",
      message:
        "YAML: *x refers to the value marked with &x, and there is none above. If the * belongs to the value, put it in quotes.",
      line: 1,
      column: 7,
    },
  ],
  ["an empty file", "", { path: "", message: "is empty. Copy config/shadownet.yaml and edit it." }],
  ["a file with comments only", "# yaml\n", { path: "", message: "is empty. Copy config/shadownet.yaml and edit it." }],
])("refuses %s", (_title, text, problem) => {
  expect(parse(text)).toContainEqual(problem);
});

test("refuses an alias that contains itself", () => {
  expect(parse("a: &x [*x]\n")).toEqual([
    { path: "", message: "YAML: an alias is inside the value that it refers to." },
  ]);
});

test("reports all syntax errors", () => {
  expect(parse("name: a\nname: b\nsize: x\nsize: y\n").map(({ line }) => line)).toEqual([2, 4]);
});

test("refuses aliases that expand exponentially", () => {
  const bomb = [
    "a: &a [x, x, x, x, x, x, x, x, x]",
    ..."bcdefgh".split("").map((name, i) => `${name}: &${name} [${`*${"abcdefg"[i]},`.repeat(9)}]`),
  ];
  expect(parse(bomb.join("\n"))).toEqual([
    { path: "", message: "YAML: aliases of aliases expand to too many values. Write the values themselves." },
  ]);
});

test("finds the position of a field, of a list's item, of the nearest parent of a missing field, and through aliases", () => {
  const { position, value } = parseYaml("a:\n  b: &b\n    - c: 1\n    -  d\ne: *b\n", "x.yaml");
  expect(value).toEqual({ a: { b: [{ c: 1 }, "d"] }, e: [{ c: 1 }, "d"] });
  expect(position(["a", "b"])).toEqual({ line: 2, column: 3 });
  expect(position(["a", "b", 0, "c"])).toEqual({ line: 3, column: 7 });
  expect(position(["a", "b", 1])).toEqual({ line: 4, column: 8 });
  expect(position(["a", "x", "y"])).toEqual({ line: 1, column: 1 });
  expect(position(["e", 1])).toEqual({ line: 4, column: 8 });
  expect(position(["x"])).toBeUndefined();
  expect(position([])).toBeUndefined();
});

describe("files", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "configuration-"));
    writeFileSync(join(folder, "mine.yaml"), "name: a\n");
    writeFileSync(join(folder, "notes.txt"), "");
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test("a missing file is reported with the existing ones", () => {
    const [problem] = problemsOf(() => readYamlFile(join(folder, "main.yaml")));
    expect(problem?.message).toContain(`does not exist. Existing files:`);
    expect(problem?.message).toContain(join(folder, "mine.yaml"));
    expect(problem?.message).not.toContain("notes.txt");
  });

  test("refuses a folder", () => {
    expect(problemsOf(() => readYamlFile(folder))).toEqual([
      { path: "", message: "is not a file. Give the path of the YAML file." },
    ]);
  });
});
