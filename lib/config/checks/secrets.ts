import type { Findings } from "../reading/findings";
import type { Path } from "../reading/problems";
import { holdsSecret, isRecord } from "../reading/values";

/** A private key has no place in this file, in any field. Comes before all other checks. */
export function checkSecrets(value: unknown, findings: Findings, path: Path = []): void {
  if (typeof value === "string" && holdsSecret(value)) findings.onlyProblem(path, leaked);
  else if (Array.isArray(value)) value.forEach((item, index) => checkSecrets(item, findings, [...path, index]));
  else if (isRecord(value)) {
    for (const [name, item] of Object.entries(value)) {
      if (holdsSecret(name)) findings.onlyProblem([...path, name], leaked);
      checkSecrets(item, findings, [...path, name]);
    }
  }
}

const leaked =
  "holds a private key. This file takes public halves only. Take it out, also of git's history, and make a new key: this one may have been read.";
