import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";
import projectRules from "./eslint-rules.mjs";

/** What no file may import, in any room. */
const forbiddenImports = [
  {
    regex: "^@cdktf/provider-[a-z]+$",
    message:
      "The barrel file loads every class of the provider (5 s, 800 MB). Import @cdktf/provider-…/lib/<resource>.",
  },
  {
    regex: "^@cdktf/provider-kubernetes/lib/(?!provider(/|$)|manifest(/|$)|[a-z0-9-]+-v\\d)",
    message: "Import the *V1 Kubernetes classes (…-v1): the provider's next major version removes the others.",
  },
];
const cdktfInternals = {
  regex: "^cdktf/lib/",
  message: "cdktf's internal modules are not an API, and its successor moves them. Import from cdktf.",
};

export default defineConfig(
  globalIgnores(["node_modules/", "cdktf.out/", "dist/", "coverage/", ".cache/"]),
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.recommended],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { project: projectRules },
    rules: {
      "project/import-direction": "error",
      "no-restricted-imports": ["error", { patterns: [...forbiddenImports, cdktfInternals] }],
      // The typed rules that find real bugs: an unawaited promise, a promise as a condition, a switch without a case.
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": "error",
      "@typescript-eslint/await-thenable": "error",
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      // A require inside a function loads a heavy library only when it is used.
      "@typescript-eslint/no-require-imports": "off",
      // A leading underscore marks a parameter that is required by position but not used.
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      eqeqeq: "error",
    },
  },
  {
    // cdktf's jest matchers exist only at that path.
    files: ["__tests__/**/*.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [...forbiddenImports, { ...cdktfInternals, regex: "^cdktf/lib/(?!testing/adapters/jest$)" }],
        },
      ],
    },
  },
  {
    files: ["**/*.{js,mjs}"],
    rules: { eqeqeq: "error", "no-unused-vars": "error", "no-dupe-keys": "error", "no-unreachable": "error" },
  },
);
