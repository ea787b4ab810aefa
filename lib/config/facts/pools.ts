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
 * Whether the control plane and the bakers' disks are in one zone: with size small, as Google's credit pays for a zonal
 * cluster and not for a regional one. Changing it would replace the cluster and the disks, which lib/terraform/plan.ts
 * refuses. https://cloud.google.com/kubernetes-engine/docs/concepts/types-of-clusters
 */
export const isZonal = ({ size }: Pick<Configuration, "size">): boolean => size === "small";

/** Where the cluster is, as gcloud's --location: the region, or the zone in which a zonal cluster bakes. */
export const clusterLocation = (configuration: Pick<Configuration, "size" | "google">): string =>
  isZonal(configuration) ? configuration.google.pools.baking.zones[0]! : configuration.google.region;

/**
 * gcloud's parameters that configure kubectl for the cluster. Its control plane has no IP address, only a DNS endpoint.
 * https://cloud.google.com/sdk/gcloud/reference/container/clusters/get-credentials
 */
export function getCredentials(configuration: Pick<Configuration, "size" | "google" | "name">): string[] {
  const place = ["--location", clusterLocation(configuration), "--project", configuration.google.project];
  return ["container", "clusters", "get-credentials", configuration.name, ...place, "--dns-endpoint"];
}

/**
 * The zones with a copy of each baker's disk: the one of a zonal cluster, or two, which are those of the baking pool, then
 * others of google.zones. Sorted, since Terraform would replace the disk if their order changed.
 */
export function diskZones(configuration: Pick<Configuration, "size" | "google">): string[] {
  const { google } = configuration;
  const zones = new Set([...google.pools.baking.zones, ...google.zones]);
  return [...zones].slice(0, isZonal(configuration) ? 1 : 2).sort();
}

/**
 * Whether each VM of a pool has an external address of its own, instead of using Cloud NAT: those of DAL nodes do, which
 * exchange terabytes a month (docs/costs.md). What may connect to it is decided by the firewall, which denies all.
 */
export const hasOwnAddresses = (pool: PoolName, { bakers }: { bakers: readonly { dal: boolean }[] }): boolean =>
  pool === "public" && bakers.some(({ dal }) => dal);
