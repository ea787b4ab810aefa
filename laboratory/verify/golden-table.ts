import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { packageRoot } from "../../lib/package-root";

const folder = join(packageRoot, "laboratory/verify/golden");

/**
 * Compares a table with the reviewed one; UPDATE_GOLDEN=1 writes it instead.
 * @param name file in laboratory/verify/golden
 * @returns the file's path in the repository
 * @throws Error with the first line that differs
 */
export function expectTable(name: string, table: string): string {
  const file = join(folder, name);
  const shown = relative(packageRoot, file);
  if (process.env["UPDATE_GOLDEN"] === "1") {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, table);
    return shown;
  }
  const expected = (existsSync(file) ? readFileSync(file, "utf8") : "").split("\n");
  const actual = table.split("\n");
  const length = Math.max(expected.length, actual.length);
  for (let line = 0; line < length; line++) {
    if (expected[line] === actual[line]) continue;
    const what = `line ${line + 1} of ${shown} is "${expected[line] ?? ""}" instead of "${actual[line] ?? ""}"`;
    throw new Error(`${what}; UPDATE_GOLDEN=1 updates the file`);
  }
  return shown;
}
