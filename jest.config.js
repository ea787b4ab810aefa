const { availableParallelism } = require("node:os");

/**
 * Two projects: `unit` (only TypeScript) and `real` (files named `*.real.test.ts`, which pass generated files to the real
 * programs). `npm run test:unit` runs all unit tests as one file, so that every module is loaded once, and skips every
 * describeReal.
 */
const shared = {
  rootDir: __dirname,
  testEnvironment: "node",
  // swc only removes types. `npm run typecheck` checks them, once for the program instead of once for each test file.
  transform: {
    "^.+\\.ts$|/node_modules/@actions/": [
      "@swc/jest",
      {
        swcrc: false,
        sourceMaps: "inline",
        module: { type: "commonjs" },
        jsc: { target: "es2022", parser: { syntax: "typescript" } },
      },
    ],
  },
  // GitHub's own packages are ECMAScript modules, which jest can't load as they are.
  transformIgnorePatterns: ["/node_modules/(?!@actions/)"],
  moduleNameMapper: {
    "^@actions/expressions$": "<rootDir>/node_modules/@actions/expressions/dist/index.js",
    "^\\.(/tokens)?(/private)?/stack-trace$": "<rootDir>/__tests__/support/no-stack-trace.js",
  },
  // These folders have package.json and .js files of their own, which jest would index.
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
  // Two workers even on two cores, where jest would use one: tests with real programs mostly wait.
  maxWorkers: Math.max(2, availableParallelism() - 1),
  testTimeout: 20_000,
  reporters: ["default", "<rootDir>/__tests__/support/skipped-reporter.js"],
};
