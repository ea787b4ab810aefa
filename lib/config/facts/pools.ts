import type { Configuration } from "../schema/configuration";
import { poolNames, type PoolName } from "../schema/google";

/** Key of the label on a pool's VMs, and of the taint on those of the tainted pools; its value is the pool's name. */
export const poolLabel = "hodl.farm/pool";

/** Whether a pool's VMs take only pods that tolerate the pool's taint. GKE's own pods don't: they need `system`. */
export const isTainted = (pool: PoolName): boolean => tainted[pool];
const tainted: Readonly<Record<PoolName, boolean>> = { system: false, public: true, baking: true };

export type UpgradeStrategy = "SURGE" | "BLUE_GREEN";
/**
 * How GKE replaces a pool's VMs when it upgrades them. Blue-green creates all new VMs before it drains the old ones, so
 * the baking pod moves once; a surge could move it to the spare, and again when the spare is upgraded.
 * https://cloud.google.com/kubernetes-engine/docs/concepts/node-pool-upgrade-strategies
 */
export const upgradeStrategy: Readonly<Record<PoolName, UpgradeStrategy>> = {
  system: "SURGE",
  public: "SURGE",
  baking: "BLUE_GREEN",
};

/** The pools that are created, in the order in which they are shown. `public` is for public nodes and DAL nodes. */
export function createdPools({ publicNodes }: { publicNodes: { count: number } }): PoolName[] {
  const created: Record<PoolName, boolean> = { system: true, public: publicNodes.count > 0, baking: true };
  return poolNames.filter((pool) => created[pool]);
}

/**
 * The two zones that hold a replica of each baker's disk: those of the baking pool, filled up from google.zones. Sorted,
 * because Terraform would replace the disk if their order changed.
 */
export function diskZones({ google }: Configuration): string[] {
  const zones = new Set([...google.pools.baking.zones, ...google.zones]);
  return [...zones].slice(0, 2).sort();
}
