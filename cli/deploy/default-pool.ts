import { clusterLocation } from "../../lib/config/facts/pools";
import { asks, print } from "../dialogue";
import { json, ProgramError, runAside } from "../programs";
import type { Context } from "./context";

/** GKE makes this pool with every cluster; Terraform removes it, unless it is interrupted in between. */
const defaultPool = "default-pool";

/**
 * Finds the pool that GKE made with the cluster and that an interrupted run left behind: its VMs cost money, and no plan
 * shows it. Nothing of this deployment runs there, because each of its pods names the pool that it wants.
 */
export async function removeDefaultPool(context: Context): Promise<void> {
  const { configuration, interruption } = context;
  const { name, google } = configuration;
  const place = ["--cluster", name, "--location", clusterLocation(configuration), "--project", google.project];
  const pools = await json<{ name: string; status?: string; locations?: string[]; initialNodeCount?: number }[]>(
    ["gcloud", "container", "node-pools", "list", ...place, "--format=json"],
    interruption,
  );
  const left = pools.find((pool) => pool.name === defaultPool);
  if (left === undefined) return;
  const remove = ["container", "node-pools", "delete", defaultPool, ...place];
  print(
    `GKE's own node pool ${defaultPool} was left behind by an interrupted run. Its VMs cost money, and run nothing of this deployment.`,
  );
  if (!(await asks("Delete it?", "yes", context.answers))) {
    interruption.check();
    print(`It stays. To delete it later: gcloud ${remove.join(" ")}`);
    return;
  }
  print(`  deleting node pool ${defaultPool}, usually 2 to 5 minutes`);
  try {
    await runAside("gcloud", [...remove, "--quiet"], { signal: interruption.signal, timeoutSeconds: 3600 });
    print(`  deleted node pool ${defaultPool}`);
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    interruption.check();
    print(`  it is still there: ${error.reason}\n  To delete it later: gcloud ${remove.join(" ")}`);
  }
}
