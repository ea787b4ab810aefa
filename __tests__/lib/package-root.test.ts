import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { transformSync } from "@swc/core";
import { packageRoot } from "../../lib/package-root";

test("is the root of this repository", () => {
  expect(JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")).name).toBe("hodl-farm");
});

describe("elsewhere", () => {
  const source = readFileSync(join(packageRoot, "lib/package-root.ts"), "utf8");
  let folder: string;
  beforeEach(() => (folder = realpathSync(mkdtempSync(join(tmpdir(), "package-root-")))));
  afterEach(() => rmSync(folder, { recursive: true }));

  /** The root that the module finds when its compiled file is in `place`. */
  function rootFoundFrom(place: string): string {
    mkdirSync(join(folder, place), { recursive: true });
    const file = join(folder, place, "bundle.js");
    const options = { module: { type: "commonjs" as const }, jsc: { parser: { syntax: "typescript" as const } } };
    writeFileSync(file, transformSync(source, options).code);
    return (jest.requireActual(file) as { packageRoot: string }).packageRoot;
  }

  test("is found from a cache folder inside it", () => {
    copyFileSync(join(packageRoot, "cdktf.json"), join(folder, "cdktf.json"));
    expect(rootFoundFrom("node_modules/.cache/x")).toBe(folder);
  });

  test("an error outside any repository", () => {
    expect(() => rootFoundFrom("a/b")).toThrow("no cdktf.json in");
  });
});
