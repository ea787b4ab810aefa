import type { Findings } from "../reading/findings";
import type { Path } from "../reading/problems";
import { containsSecret, isRecord } from "../reading/values";

/** Whether any field contains a private key. Runs before all other checks. */
export function checkSecrets(value: unknown, findings: Findings, path: Path = []): void {
  if (typeof value === "string" && containsSecret(value)) findings.onlyProblem(path, leaked);
  else if (Array.isArray(value)) value.forEach((item, index) => checkSecrets(item, findings, [...path, index]));
  else if (isRecord(value)) {
    for (const [name, item] of Object.entries(value)) {
      if (containsSecret(name)) findings.onlyProblem([...path, name], leaked);
      checkSecrets(item, findings, [...path, name]);
    }
  }
}

const leaked =
  "contains a private key. This file is for public keys only. Remove it, also from the history of git, and create a new key, since this one may have been read.";
