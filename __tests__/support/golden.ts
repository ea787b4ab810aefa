import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";

/**
 * Expects `text` to equal the golden file at `path`, which is relative to the calling test file:
 * `expectGolden("golden/sshd_config", text)`. UPDATE_GOLDEN=1 writes the file instead; review the diff.
 */
export function expectGolden(path: string, text: string): void {
  const file = isAbsolute(path) ? path : join(dirname(currentTestFile()), path);
  if (process.env["UPDATE_GOLDEN"] === "1") {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return;
  }
  expect(text).toBe(readGolden(file));
}

function readGolden(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    throw new Error(
      `Golden file ${file} does not exist. Write it with UPDATE_GOLDEN=1, and review it before you commit it.`,
    );
  }
}

function currentTestFile(): string {
  const { testPath } = expect.getState();
  if (!testPath) throw new Error("expectGolden was called outside a test");
  return testPath;
}
