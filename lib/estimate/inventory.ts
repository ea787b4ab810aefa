import { scrapeSeconds } from "../config/facts/signer-path";
import { createdPools, hasOwnAddresses, isZonal } from "../config/facts/pools";
import type { Configuration, PoolName } from "../config/schema/configuration";
import { hoursPerMonth } from "./prices";

/** The VMs of a pool. */
export interface PoolVms {
  readonly pool: PoolName;
  readonly machineType: string;
  readonly zones: readonly string[];
  readonly count: number;
  readonly bootDiskGiB: number;
  /** Whether each has an external address of its own, and so doesn't use Cloud NAT. */
  readonly ownAddresses: boolean;
}

/** Disks of the same kind and size, besides boot disks. */
export interface Disks {
  /** Whose they are, for people. */
  readonly what: string;
  readonly purpose: string;
  readonly count: number;
  /** Of each. */
  readonly sizeGiB: number;
  /** A regional disk has a copy in each of two zones. */
  readonly kind: "zonal" | "regional";
}

/** What a configuration has at Google that costs money or counts against a quota. */
export interface Inventory {
  readonly region: string;
  readonly cluster: "zonal" | "regional";
  readonly pools: readonly PoolVms[];
  readonly disks: readonly Disks[];
  /** Load balancers, each with a forwarding rule and a reserved address, by what reaches them. */
  readonly loadBalancers: readonly string[];
  /** Reserved addresses, those of the load balancers and Cloud NAT's. */
  readonly reservedAddresses: number;
  /** octez-nodes with peers on the internet: those that reach them through Cloud NAT, and those with their VM's own address. */
  readonly octezNodes: { readonly throughNat: number; readonly direct: number };
  readonly dalNodes: number;
  /** Millions of samples a month that managed Prometheus stores for this project's own alerts. */
  readonly millionSamples: number;
  readonly alertConditions: number;
  readonly secrets: number;
}

/** Addresses of Cloud NAT: lib/gke/network.ts. */
const natAddresses = 1;
/** Series that Prometheus itself adds for each target, such as `up`. */
const seriesOfScrape = 5;

/** The inventory of a configuration. A test compares it with the stacks as they are synthesised. */
export function inventory(configuration: Configuration): Inventory {
  const { google, bakers, publicNodes, forwarders, signers } = configuration;
  const dal = bakers.filter((baker) => baker.dal);
  const loadBalancers = [
    ...Array.from({ length: forwarders.count }, (_, index) => `forwarder-${index + 1}`),
    ...dal.map(({ name }) => `dal-${name}`),
  ];
  const uplinks = signers.reduce((sum, signer) => sum + signer.uplinks.length, 0);
  const isDirect = hasOwnAddresses("public", configuration);
  const series = forwarders.count * (uplinks + bakers.length) + seriesOfScrape * (forwarders.count + bakers.length);
  return {
    region: google.region,
    cluster: isZonal(configuration) ? "zonal" : "regional",
    pools: createdPools(configuration).map((pool) => {
      const { machineType, zones, vmsPerZone, bootDiskGiB } = google.pools[pool];
      const ownAddresses = hasOwnAddresses(pool, configuration);
      return { pool, machineType, zones, count: zones.length * vmsPerZone, bootDiskGiB, ownAddresses };
    }),
    disks: disks(configuration),
    loadBalancers,
    reservedAddresses: loadBalancers.length + natAddresses,
    octezNodes: {
      throughNat: bakers.filter(({ peering }) => peering === "hybrid").length + (isDirect ? 0 : publicNodes.count),
      direct: isDirect ? publicNodes.count : 0,
    },
    dalNodes: dal.length,
    millionSamples: (series * hoursPerMonth * 3600) / scrapeSeconds / 1e6,
    // lib/monitoring/alerts.ts: one for each baker, one for the forwarders, one for several signers.
    alertConditions: bakers.length + 1 + (signers.length > 1 ? 1 : 0),
    secrets: 1 + bakers.filter(({ authenticationPublicKey }) => authenticationPublicKey !== undefined).length,
  };
}

function disks(configuration: Configuration): Disks[] {
  const { bakers, publicNodes, dalNodes } = configuration;
  const kind = isZonal(configuration) ? "zonal" : "regional";
  const dal = bakers.filter((baker) => baker.dal);
  const all: Disks[] = [
    ...bakers.map(({ name, diskGiB }): Disks => {
      const purpose = "The chain, the wallet, high watermarks and nonces.";
      return { what: `baker ${name}`, purpose, count: 1, sizeGiB: diskGiB, kind };
    }),
    {
      what: "public nodes",
      purpose: "The chain.",
      count: publicNodes.count,
      sizeGiB: publicNodes.diskGiB,
      kind: "zonal",
    },
    { what: "DAL nodes", purpose: "Shards of the DAL.", count: dal.length, sizeGiB: dalNodes.diskGiB, kind: "zonal" },
  ];
  return all.filter(({ count }) => count > 0);
}
