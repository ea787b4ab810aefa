import { readdirSync } from "node:fs";
import { join } from "node:path";

/**
 * All unit tests in one test file, for `npm run test:unit`. Jest isolates test files from each other, and loading cdktf,
 * zod and taquito again for each of them takes two thirds of the time. `npm test` runs them file by file, so that they
 * stay independent of each other.
 */
const files = readdirSync(__dirname, { recursive: true, encoding: "utf8" })
  .filter((file) => /(?<!\.real)\.test\.ts$/.test(file))
  .sort();

describe.each(files)("%s", (file) => {
  const testPath = join(__dirname, file);
  // The paths of golden files are relative to the test file.
  beforeAll(() => expect.setState({ testPath }));
  require(testPath);
});
