import type { Configuration, PoolName } from "../schema/configuration";

/** Key of the label on a pool's VMs, and of the taint on those of the tainted pools; its value is the pool's name. */
export const poolLabel = "hodl.farm/pool";

/** Whether a pool's VMs take only pods that tolerate the pool's taint. GKE's own pods don't: they need `system`. */
export const isTainted = (pool: PoolName): boolean => pool !== "system";

/** The pools that exist, in the order in which they are shown. `public` is for public nodes and, beside them, DAL nodes. */
export function poolNames(configuration: Configuration): PoolName[] {
  return configuration.publicNodes.count > 0 ? ["system", "public", "baking"] : ["system", "baking"];
}

/** The zones in which a pool has VMs. */
export function poolZones(configuration: Configuration, pool: PoolName): string[] {
  return configuration.google.pools[pool].zones ?? configuration.google.zones;
}

/**
 * The two zones that hold a copy of each baker's disk: those of the baking pool, filled up from google.zones. Sorted,
 * because another order would be another disk to Terraform.
 */
export function diskZones(configuration: Configuration): string[] {
  const zones = new Set([...poolZones(configuration, "baking"), ...configuration.google.zones]);
  return [...zones].slice(0, 2).sort();
}
