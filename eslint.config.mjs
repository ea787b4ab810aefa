import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";
import house from "./eslint-rules.mjs";

/** What no file may import, whatever its layer. */
const forbiddenImports = [
  {
    regex: "^@cdktf/provider-[a-z]+$",
    message: "The barrel loads every class of the provider (5 s, 800 MB). Import @cdktf/provider-…/lib/<resource>.",
  },
  {
    regex: "^@cdktf/provider-kubernetes/lib/(?!provider(/|$)|manifest(/|$)|[a-z0-9-]+-v\\d)",
    message: "Only the *V1 Kubernetes classes (…-v1): the others are gone from the provider's next major version.",
  },
];
const cdktfInternals = {
  regex: "^cdktf/lib/",
  message: "cdktf's inside is no API, and its successor moves it. Import from cdktf.",
};

export default defineConfig(
  globalIgnores(["node_modules/", "cdktf.out/", "dist/", "coverage/", ".cache/"]),
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.recommended],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { house },
    rules: {
      "house/import-direction": "error",
      "no-restricted-imports": ["error", { patterns: [...forbiddenImports, cdktfInternals] }],
      // The few rules with types that find real faults: a promise nobody waits for, and a condition that is one.
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": "error",
      "@typescript-eslint/await-thenable": "error",
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      // A require within a function is how a heavy library is loaded only when it is used.
      "@typescript-eslint/no-require-imports": "off",
      // A leading underscore says that a name is only there to be passed over.
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      eqeqeq: "error",
    },
  },
  {
    // cdktf's own jest matchers exist at that path only.
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
