import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getCredentials } from "../../lib/config/facts/pools";
import { exitCode, Failure } from "../../lib/terminal/failure";
import { print } from "../dialogue";
import { ProgramError, runAside } from "../programs";
import type { Context } from "./context";
import { duration } from "./progress-line";

/**
 * Kinds of objects that GKE's add-ons bring, some minutes after the cluster, and without which `baker` can't be planned.
 * - https://cloud.google.com/secret-manager/docs/secret-manager-managed-csi-component
 * - https://cloud.google.com/stackdriver/docs/managed-prometheus/setup-managed
 */
const addOnKinds = ["secretproviderclasses.secrets-store.csi.x-k8s.io", "podmonitorings.monitoring.googleapis.com"];

const patienceSeconds = 1800;
const pauseSeconds = 10;

/** Waits until the control plane answers and knows the kinds of GKE's add-ons, and says for what it waits. */
export async function waitForAddOns(context: Context): Promise<void> {
  const { interruption } = context;
  const folder = mkdtempSync(join(tmpdir(), "deploy-"));
  const environment = { KUBECONFIG: join(folder, "kubeconfig") };
  const begin = Date.now();
  let told = "";
  try {
    for (;;) {
      const missing = await missingKinds(context, environment);
      if (missing === "") return;
      const seconds = Math.round((Date.now() - begin) / 1000);
      if (told !== missing) print(`cluster: waiting for ${missing}`);
      else if (seconds % 60 < pauseSeconds) print(`cluster: still waiting for ${missing}, for ${duration(seconds)}`);
      told = missing;
      if (seconds > patienceSeconds) {
        const message = `The cluster is not ready after ${duration(seconds)}. Run the same command again: it continues.`;
        throw new Failure(message, `It lacks ${missing}.`, exitCode.incomplete);
      }
      await interruption.pause(pauseSeconds);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @returns what is not there yet, for people; "" if nothing is missing */
async function missingKinds(context: Context, environment: NodeJS.ProcessEnv): Promise<string> {
  const { configuration, interruption } = context;
  const options = { signal: interruption.signal, environment };
  try {
    await runAside("gcloud", getCredentials(configuration), options);
    const names = ["get", "crd", ...addOnKinds, "--ignore-not-found", "--output=name"];
    const found = await runAside("kubectl", ["--request-timeout=20s", ...names], options);
    const missing = addOnKinds.filter((kind) => !found.includes(`/${kind}`));
    return missing.length === 0 ? "" : `GKE's add-ons in ${configuration.name}: ${missing.join(", ")}`;
  } catch (error) {
    interruption.check();
    if (error instanceof ProgramError)
      return `the control plane of ${configuration.name} (${error.reason.split("\n").at(-1)})`;
    throw error;
  }
}
