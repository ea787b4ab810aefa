import { readdirSync } from "node:fs";
import { join } from "node:path";

/**
 * All unit tests as one test file, for `npm run test:unit`: jest gives each file a world of its own, and loading cdktf,
 * zod and taquito anew for each of a hundred takes two thirds of the time. `npm test` runs them file by file, so that
 * none comes to lean on another.
 */
const files = readdirSync(__dirname, { recursive: true, encoding: "utf8" })
  .filter((file) => /(?<!\.real)\.test\.ts$/.test(file))
  .sort();

describe.each(files)("%s", (file) => {
  const testPath = join(__dirname, file);
  // Golden files are looked for beside the file whose test it is.
  beforeAll(() => expect.setState({ testPath }));
  require(testPath);
});
