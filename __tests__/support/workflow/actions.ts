import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync } from "node:fs";
import { basename, join } from "node:path";
import type { Run } from "./rehearsal";
import type { Place } from "./steps";

interface Call {
  readonly run: Run;
  readonly inputs: Readonly<Record<string, string>>;
  readonly place: Place;
}

/** Stand-ins for the actions that the workflows use. Each returns whether the action succeeds. */
export const actionStandIns: Readonly<Record<string, (call: Call) => boolean>> = {
  "actions/checkout": ({ run, place }) => {
    execFileSync("cp", ["-a", `${run.repository}/.`, place.workspace]);
    return true;
  },
  "actions/setup-node": () => true,
  "actions/upload-artifact": ({ run, inputs, place }) => {
    const source = join(place.workspace, inputs["path"]!);
    if (!existsSync(source)) return false;
    const target = join(run.artifacts, inputs["name"]!);
    mkdirSync(target, { recursive: true });
    cpSync(source, join(target, basename(source)), { recursive: true });
    return true;
  },
  "actions/download-artifact": ({ run, inputs, place }) => {
    const source = join(run.artifacts, inputs["name"]!);
    if (!existsSync(source)) return false;
    cpSync(source, join(place.workspace, inputs["path"] ?? "."), { recursive: true });
    return true;
  },
  /** Later steps act as the account; the stand-in for gcloud reads its name. */
  "google-github-actions/auth": ({ inputs, place }) => {
    place.variables["ACCOUNT"] = inputs["service_account"]!;
    return true;
  },
  "google-github-actions/setup-gcloud": () => true,
  "hashicorp/setup-terraform": () => true,
};
