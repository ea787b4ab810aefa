import type { Configuration } from "../schema/configuration";
import { poolNames, type PoolName } from "../schema/google";

/** Key of the label of a pool's VMs, and of the taint of a tainted pool's VMs. Its value is the name of the pool. */
export const poolLabel = "hodl.farm/pool";

/** Whether a pool's VMs accept only pods that tolerate its taint. GKE's own pods don't, and so need the pool system. */
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

/** The pools that are created. Without public nodes there can be no DAL nodes, either: checks/tezos.ts. */
export function createdPools({ publicNodes }: { publicNodes: { count: number } }): PoolName[] {
  const created: Record<PoolName, boolean> = { system: true, public: publicNodes.count > 0, baking: true };
  return poolNames.filter((pool) => created[pool]);
}

/**
 * The two zones with replicas of each baker's disk: those of the baking pool, then others of google.zones. Sorted, since
 * Terraform would replace the disk if their order changed.
 */
export function diskZones({ google }: Configuration): string[] {
  const zones = new Set([...google.pools.baking.zones, ...google.zones]);
  return [...zones].slice(0, 2).sort();
}
