import { machineType } from "../config/facts/machine-types";
import type { Configuration, PoolName } from "../config/schema/configuration";
import { inventory, type Disks, type Inventory, type PoolVms } from "./inventory";
import { chargedSharedCores, customTypeFactor, diskPrices, prices, regionFactor, vmPrices } from "./prices";
import { traffic } from "./traffic";

/** One line of the bill. */
export interface CostLine {
  readonly group: "VMs" | "Disks" | "Cluster" | "Network" | "Operations" | "Traffic";
  readonly item: string;
  /** How much of what, and where. */
  readonly what: string;
  /** What it is for. */
  readonly purpose: string;
  /** US dollars a month; undefined if the price of a machine type is not known here. Negative for a credit. */
  readonly dollars: number | undefined;
  /** Whether the amount depends on use, which is estimated. */
  readonly estimated: boolean;
}

export interface Costs {
  readonly lines: readonly CostLine[];
  /** Sum of the lines that are not estimated, in US dollars a month. */
  readonly fixed: number;
  /** Sum of the estimated lines. */
  readonly estimated: number;
}

/** What a configuration costs a month at list price, line by line. */
export function costs(configuration: Configuration): Costs {
  const stock = inventory(configuration);
  const lines = [
    ...stock.pools.map((pool) => vmLine(pool, stock.region)),
    ...diskLines(stock),
    ...clusterLines(stock),
    ...networkLines(stock),
    ...operationsLines(stock),
    ...trafficLines(stock),
  ];
  const sum = (estimated: boolean) =>
    lines.filter((line) => line.estimated === estimated).reduce((all, { dollars }) => all + (dollars ?? 0), 0);
  return { lines, fixed: sum(false), estimated: sum(true) };
}

/** Makes the lines of a group. */
const linesOf =
  (group: CostLine["group"]) =>
  (item: string, what: string, purpose: string, dollars: number | undefined, estimated = false): CostLine => ({
    group,
    item,
    what,
    purpose,
    dollars,
    estimated,
  });

/** List price of a VM in us-central1, in US dollars a month; undefined for a type that is not in the price list. */
export function vmPrice(name: string): number | undefined {
  const type = machineType(name);
  const price = type && vmPrices[type.family];
  if (!price) return undefined;
  const cpu = chargedSharedCores[name] ?? type.cpu;
  const factor = name.includes("custom") ? (customTypeFactor[type.family] ?? 1) : 1;
  return factor * (cpu * price.cpu + type.memoryGiB * price.memoryGiB);
}

const poolPurposes: Readonly<Record<PoolName, string>> = {
  system: "The forwarders, and what GKE itself runs, such as cluster DNS.",
  public: "The public nodes and DAL nodes.",
  baking: "The bakers. A VM without one is the spare.",
};

function vmLine({ pool, machineType: name, zones, count }: PoolVms, region: string): CostLine {
  const price = vmPrice(name);
  const type = machineType(name);
  const size = type ? `${type.cpu} vCPUs, ${type.memoryGiB} GiB` : "a type without a price here";
  const dollars = price && count * price * regionFactor(region);
  return linesOf("VMs")(pool, `${count} × ${name} (${size}) in ${zones.join(", ")}`, poolPurposes[pool], dollars);
}

function diskLines({ pools, disks, region }: Inventory): CostLine[] {
  const boot = pools.map(({ pool, count, bootDiskGiB }): Disks => {
    const purpose = "Operating system, images and logs.";
    return { what: `boot disks of ${pool}`, purpose, count, sizeGiB: bootDiskGiB, kind: "zonal" };
  });
  return [...disks, ...boot].map(({ what, purpose, count, sizeGiB, kind }) => {
    const place = kind === "regional" ? "copied to a second zone" : "in one zone";
    const dollars = count * sizeGiB * diskPrices[kind] * regionFactor(region);
    return linesOf("Disks")(what, `${count} × ${sizeGiB} GiB pd-balanced, ${place}`, purpose, dollars);
  });
}

function clusterLines({ cluster }: Inventory): CostLine[] {
  const line = linesOf("Cluster");
  const fee = line("management", `a ${cluster} cluster, 0.10 an hour`, "The Kubernetes control plane.", prices.cluster);
  if (cluster === "regional") return [fee];
  const credit = -Math.min(prices.cluster, prices.clusterCredit);
  return [fee, line("credit", "Google's free tier", "For one zonal cluster of a billing account.", credit)];
}

function networkLines({ loadBalancers, reservedAddresses, pools }: Inventory): CostLine[] {
  const line = linesOf("Network");
  const further = Math.max(0, loadBalancers.length - prices.forwardingRulesIncluded);
  const vms = (ownAddresses: boolean) =>
    pools.filter((pool) => pool.ownAddresses === ownAddresses).reduce((sum, { count }) => sum + count, 0);
  const own = vms(true);
  const behindNat = vms(false);
  return [
    line(
      "load balancers",
      `${loadBalancers.join(", ")}; the first ${prices.forwardingRulesIncluded} cost the same together`,
      "The Raspberry Pis and the peers of DAL nodes connect there.",
      prices.firstForwardingRules + further * prices.forwardingRule,
    ),
    line(
      "reserved addresses",
      `${reservedAddresses}: the load balancers' and Cloud NAT's`,
      "They stay the same, whatever is replaced.",
      reservedAddresses * prices.address,
    ),
    ...(own === 0
      ? []
      : [
          line(
            "addresses of VMs",
            `${own}, in the pool public`,
            "DAL nodes exchange terabytes, for which Cloud NAT would charge.",
            own * prices.address,
          ),
        ]),
    line("Cloud NAT", `${behindNat} VMs`, "How VMs without an address reach the internet.", behindNat * prices.natVm),
  ];
}

/** GiB of images: the forwarder's, Octez's and HAProxy's, in two versions each. An estimate. */
const imagesGiB = 2;
/** GiB of VPC flow logs a month, of which lib/gke/network.ts samples a tenth. An assumption. */
const flowLogsGiB = 4;

/** Millions of samples a month of GKE's packages of metrics (lib/gke/cluster.ts). An assumption. */
const gkeSamples = (vms: number) => 30 + 15 * vms;

function operationsLines({ millionSamples, alertConditions, secrets, pools }: Inventory): CostLine[] {
  const vms = pools.reduce((sum, { count }) => sum + count, 0);
  const line = linesOf("Operations");
  const samples = `${Math.round(millionSamples)} million samples`;
  return [
    line(
      "managed Prometheus",
      samples,
      "Whether each path to the signers works.",
      millionSamples * prices.millionSamples,
    ),
    line(
      "GKE's own metrics",
      `about ${gkeSamples(vms)} million samples`,
      "The state of pods, VMs and control plane, in Google's console.",
      gkeSamples(vms) * prices.millionSamples,
      true,
    ),
    line("alerts", `${alertConditions} conditions`, "E-mails.", alertConditions * prices.alertCondition),
    line(
      "secrets",
      `${secrets} version${secrets === 1 ? "" : "s"}; ${prices.freeSecretVersions} are free`,
      "The forwarders' host key, and bakers' authentication keys.",
      Math.max(0, secrets - prices.freeSecretVersions) * prices.secretVersion,
    ),
    line(
      "images",
      `about ${imagesGiB} GiB; ${prices.freeImageGiB} are free`,
      "Artifact Registry, from which the VMs pull.",
      (imagesGiB - prices.freeImageGiB) * prices.imageGiB,
      true,
    ),
    line(
      "logs",
      `about ${flowLogsGiB} GiB of flow logs; of all other logs ${prices.freeLogGiB} GiB are free`,
      "Who connected to whom, for the investigation of a break-in.",
      flowLogsGiB * prices.flowLogGiB,
      true,
    ),
  ];
}

function trafficLines(stock: Inventory): CostLine[] {
  const { egressGiB, natGiB, loadBalancerGiB } = traffic(stock);
  const line = (item: string, gib: number, price: number, purpose: string) =>
    linesOf("Traffic")(
      item,
      `about ${gib < 10 ? gib.toFixed(1) : Math.round(gib)} GiB at ${price}`,
      purpose,
      gib * price,
      true,
    );
  return [
    line("to the internet", egressGiB, prices.egressGiB, "What the nodes send to their peers."),
    line("through Cloud NAT", natGiB, prices.natGiB, "What VMs without an address send and receive."),
    line("through load balancers", loadBalancerGiB, prices.forwardingRuleGiB, "Tunnels, and the peers of DAL nodes."),
  ];
}

/** A line whose price differs between two configurations. */
export interface CostDifference {
  readonly group: CostLine["group"];
  readonly item: string;
  /** US dollars a month; 0 if there is no such line, or no price. */
  readonly before: number;
  readonly after: number;
}

export interface CostChange {
  /** Fixed and estimated costs together, in US dollars a month. */
  readonly before: number;
  readonly after: number;
  /** The lines that change by a cent or more, in the order of the bill. */
  readonly lines: readonly CostDifference[];
}

/** How the monthly cost changes from one configuration to another. @param before @default - nothing exists yet */
export function costChange(before: Configuration | undefined, after: Configuration): CostChange {
  const old = before ? costs(before) : { lines: [], fixed: 0, estimated: 0 };
  const now = costs(after);
  const key = ({ group, item }: CostLine) => `${group}/${item}`;
  const known = new Map<string, { line: CostLine; before: number; after: number }>();
  for (const line of now.lines) known.set(key(line), { line, before: 0, after: line.dollars ?? 0 });
  for (const line of old.lines) {
    known.set(key(line), { line, after: known.get(key(line))?.after ?? 0, before: line.dollars ?? 0 });
  }
  const lines = [...known.values()].filter((each) => Math.abs(each.after - each.before) >= 0.005);
  return {
    before: old.fixed + old.estimated,
    after: now.fixed + now.estimated,
    lines: lines.map(({ line: { group, item }, before, after }) => ({ group, item, before, after })),
  };
}
