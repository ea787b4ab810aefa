const { availableParallelism } = require("node:os");

/**
 * Two projects: `unit` (pure TypeScript) and `real` (files named `*.real.test.ts`, which hand what was generated to the
 * real program). `npm run test:unit` runs all unit tests as one file, which loads every module once; there, a
 * describeReal in an ordinary test file is skipped.
 */
const shared = {
  rootDir: __dirname,
  testEnvironment: "node",
  // swc only strips types; `npm run typecheck` checks them, once for the whole program instead of once a test file.
  transform: {
    "^.+\\.ts$": [
      "@swc/jest",
      {
        swcrc: false,
        sourceMaps: "inline",
        module: { type: "commonjs" },
        jsc: { target: "es2022", parser: { syntax: "typescript" } },
      },
    ],
  },
  moduleNameMapper: { "^\\.(/tokens)?(/private)?/stack-trace$": "<rootDir>/__tests__/support/no-stack-trace.js" },
  // Synthesised and built files hold package.json and .js files of their own that jest would index.
  modulePathIgnorePatterns: ["<rootDir>/cdktf.out", "<rootDir>/dist", "<rootDir>/.cache"],
  moduleFileExtensions: ["ts", "js", "json"],
};

const unit = {
  ...shared,
  displayName: "unit",
  testMatch: ["<rootDir>/__tests__/**/*.test.ts"],
  testPathIgnorePatterns: ["/node_modules/", "\\.real\\.test\\.ts$"],
};
const allUnit = { ...unit, testMatch: ["<rootDir>/__tests__/all-unit-tests.ts"] };
const real = { ...shared, displayName: "real", testMatch: ["<rootDir>/__tests__/**/*.real.test.ts"] };

module.exports = {
  projects: process.env.UNIT_ONLY === "1" ? [allUnit] : [unit, real],
  // Also on two cores, where jest would take one: most checks by real programs wait for something.
  maxWorkers: Math.max(2, availableParallelism() - 1),
  testTimeout: 20_000,
  reporters: ["default", "<rootDir>/__tests__/support/skipped-reporter.js"],
};
