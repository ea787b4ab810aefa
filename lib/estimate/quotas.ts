import { machineType } from "../config/facts/machine-types";
import { upgradeStrategy } from "../config/facts/pools";
import type { Configuration } from "../config/schema/configuration";
import { inventory, type Inventory, type PoolVms } from "./inventory";

/** How much of a quota of Compute Engine a configuration needs. */
export interface QuotaNeed {
  /** As `gcloud compute regions describe` and `gcloud compute project-info describe` name it, such as SSD_TOTAL_GB. */
  readonly metric: string;
  /** As Google's console names it. */
  readonly name: string;
  /** Whether the limit is one of the region or of the whole project. */
  readonly scope: "region" | "project";
  /** While nothing changes. */
  readonly always: number;
  /** The most, and when that is. */
  readonly most: number;
  readonly when: string;
}

/** Metrics with their names in the console and their scopes. https://cloud.google.com/compute/resource-usage */
const names = {
  CPUS: ["CPUs", "region"],
  N2_CPUS: ["N2 CPUs", "region"],
  N2D_CPUS: ["N2D CPUs", "region"],
  T2D_CPUS: ["T2D CPUs", "region"],
  C2_CPUS: ["C2 CPUs", "region"],
  C2D_CPUS: ["C2D CPUs", "region"],
  C3_CPUS: ["C3 CPUs", "region"],
  CPUS_ALL_REGIONS: ["CPUs (all regions)", "project"],
  INSTANCES: ["VM instances", "region"],
  SSD_TOTAL_GB: ["Persistent Disk SSD (GB)", "region"],
  IN_USE_ADDRESSES: ["In-use external IPv4 addresses", "region"],
  STATIC_ADDRESSES: ["Static external IPv4 addresses", "region"],
  FORWARDING_RULES: ["Forwarding rules", "project"],
  NETWORKS: ["Networks", "project"],
  ROUTERS: ["Cloud Routers", "project"],
} as const;
type Metric = keyof typeof names;
type Amounts = Readonly<Partial<Record<Metric, number>>>;

/** The families with a quota of their own. All others share CPUS: https://cloud.google.com/compute/resource-usage#cpu_quota */
const familyMetrics: Readonly<Record<string, Metric>> = {
  n2: "N2_CPUS",
  n2d: "N2D_CPUS",
  t2d: "T2D_CPUS",
  c2: "C2_CPUS",
  c2d: "C2D_CPUS",
  c3: "C3_CPUS",
};

/** What exists at one time. */
interface Phase {
  readonly when: string;
  readonly amounts: Amounts;
}

/**
 * The quotas that a configuration needs, and the most that it needs of each: when GKE upgrades a pool, it creates new VMs
 * before it deletes the old ones, one pool after the other. The throw-away pool of a new cluster, one small VM, is gone
 * before the others are created, and so never the most.
 * https://cloud.google.com/kubernetes-engine/docs/concepts/cluster-upgrades
 * https://cloud.google.com/kubernetes-engine/docs/concepts/node-pool-upgrade-strategies
 */
export function quotaNeeds(configuration: Configuration): QuotaNeed[] {
  const stock = inventory(configuration);
  const always = sum([ofNetwork(stock), ofDisks(stock), ...stock.pools.map((pool) => ofVms(pool, pool.count))]);
  const upgrades = stock.pools.map((pool): Phase => {
    const more = upgradeStrategy[pool.pool] === "BLUE_GREEN" ? pool.count : 1;
    return { when: `while GKE upgrades the pool ${pool.pool}`, amounts: sum([always, ofVms(pool, more)]) };
  });
  return (Object.keys(names) as Metric[]).flatMap((metric): QuotaNeed[] => {
    const now = always[metric];
    if (now === undefined) return [];
    const [name, scope] = names[metric];
    const most = Math.max(now, ...upgrades.map(({ amounts }) => amounts[metric] ?? 0));
    const phase = upgrades.find(({ amounts }) => amounts[metric] === most && most > now);
    return [{ metric, name, scope, always: now, most, when: phase?.when ?? "always" }];
  });
}

function ofVms({ machineType: name, bootDiskGiB, ownAddresses }: PoolVms, count: number): Amounts {
  const type = machineType(name);
  const cpus = (type?.cpu ?? 0) * count;
  return {
    [familyMetrics[type?.family ?? ""] ?? "CPUS"]: cpus,
    CPUS_ALL_REGIONS: cpus,
    INSTANCES: count,
    SSD_TOTAL_GB: bootDiskGiB * count,
    ...(ownAddresses && { IN_USE_ADDRESSES: count }),
  };
}

/** pd-balanced counts as SSD, and a regional disk in each of its two zones. */
const ofDisks = ({ disks }: Inventory): Amounts => ({
  SSD_TOTAL_GB: disks.reduce(
    (all, { count, sizeGiB, kind }) => all + count * sizeGiB * (kind === "regional" ? 2 : 1),
    0,
  ),
});

const ofNetwork = ({ loadBalancers, reservedAddresses }: Inventory): Amounts => ({
  IN_USE_ADDRESSES: reservedAddresses,
  STATIC_ADDRESSES: reservedAddresses,
  FORWARDING_RULES: loadBalancers.length,
  NETWORKS: 1,
  ROUTERS: 1,
});

function sum(parts: readonly Amounts[]): Amounts {
  const all: Partial<Record<Metric, number>> = {};
  for (const part of parts) {
    for (const [metric, amount] of Object.entries(part) as [Metric, number][])
      all[metric] = (all[metric] ?? 0) + amount;
  }
  return all;
}
