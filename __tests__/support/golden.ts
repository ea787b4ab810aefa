import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";

/**
 * Expects `text` to equal the golden file at `path`, relative to the test file that calls it
 * (`expectGolden("golden/sshd_config", text)`). UPDATE_GOLDEN=1 writes the file instead; the diff is then the review.
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
    throw new Error(`Golden file ${file} is missing. Write it with UPDATE_GOLDEN=1 and read it before committing it.`);
  }
}

function currentTestFile(): string {
  const { testPath } = expect.getState();
  if (!testPath) throw new Error("expectGolden is called outside a test");
  return testPath;
}
