import { realpathSync } from "node:fs";
import { delimiter, join } from "node:path";
import { terraformProgram } from "../lib/terraform/terraform";

/** Programs that are called, and how each is installed. */
export function installations(): Readonly<Record<string, string>> {
  const plugin = isPackaged(find("gcloud"))
    ? "sudo apt-get install google-cloud-cli-gke-gcloud-auth-plugin"
    : "gcloud components install gke-gcloud-auth-plugin";
  return {
    [terraformProgram()]: "Install Terraform: https://developer.hashicorp.com/terraform/install",
    gcloud: "Install the Google Cloud CLI: https://cloud.google.com/sdk/docs/install",
    "gke-gcloud-auth-plugin": plugin,
    kubectl: "Install it: https://kubernetes.io/docs/tasks/tools/",
    docker: "Install it: https://docs.docker.com/engine/install/",
    jq: "Install the package jq.",
    curl: "Install the package curl.",
  };
}

/** The path of a program; undefined if it is not on PATH. */
export function find(program: string): string | undefined {
  const folders = program.includes("/") ? [""] : (process.env["PATH"] ?? "").split(delimiter);
  for (const folder of folders) {
    try {
      return realpathSync(join(folder, program));
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}

/** Whether gcloud came from apt or dnf: it then refuses `gcloud components install`. */
const isPackaged = (gcloud: string | undefined): boolean => /^\/usr\/(lib|share|lib64)\//.test(gcloud ?? "");
