import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../../lib/package-root";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "real-"))));
afterEach(() => rmSync(folder, { recursive: true }));

describe("describeReal", () => {
  /** Runs jest in a child process, on a test file with a group that needs a missing program. */
  function runJest(variables: NodeJS.ProcessEnv) {
    const test = `
      const { describeReal } = require(${JSON.stringify(join(packageRoot, "__tests__/support/real"))});
      describeReal("with nothing", { programs: ["missing-program"] }, () => test("runs", () => {}));
      describeReal("with node", { programs: ["node"] }, () => test("runs", () => {}));
    `;
    writeFileSync(join(folder, "it.test.ts"), test);
    const report = join(folder, "report.json");
    const parameters = ["--rootDir", folder, "--roots", folder, "--json", "--outputFile", report, "--reporters"];
    const config = JSON.stringify({
      rootDir: folder,
      testMatch: ["**/*.test.ts"],
      transform: { "\\.ts$": join(packageRoot, "node_modules/@swc/jest/index.js") },
    });
    const jest = join(packageRoot, "node_modules/jest/bin/jest.js");
    const { status, stderr } = spawnSync(
      process.execPath,
      [
        jest,
        "--config",
        config,
        ...parameters,
        "default",
        "--reporters",
        join(packageRoot, "__tests__/support/skipped-reporter.js"),
      ],
      { cwd: folder, encoding: "utf8", env: { ...process.env, UNIT_ONLY: "", REQUIRE_REAL: "", ...variables } },
    );
    const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(report, "utf8"));
    return {
      status,
      counts: [numPassedTests, numFailedTests, numPendingTests],
      end: stderr.slice(stderr.lastIndexOf("Ran all")),
    };
  }

  test("skips a group, and prints the reason at the very end of the run", () => {
    const { status, counts, end } = runJest({});
    expect({ status, counts }).toEqual({ status: 0, counts: [1, 0, 1] });
    expect(end).toMatch(
      /^Ran all.*\n[^]*\nSkipped, and why:\n {2}needs missing-program \(apt-get install missing-program\)\n {4}with nothing \(1\)\n$/,
    );
  });

  test("fails if REQUIRE_REAL names what is missing", () => {
    expect(runJest({ REQUIRE_REAL: "node,missing-program" })).toMatchObject({ status: 1, counts: [1, 1, 0] });
  });

  test("skips all groups when only unit tests run", () => {
    const { status, counts, end } = runJest({ UNIT_ONLY: "1" });
    expect({ status, counts }).toEqual({ status: 0, counts: [0, 0, 2] });
    expect(end).toContain("  unit tests only\n");
  });
});
