import { Address4 } from "ip-address";
import type { Findings } from "../reading/findings";
import type { Path } from "../reading/problems";
import { createdPools, upgradeStrategy, type UpgradeStrategy } from "../facts/pools";
import type { Configuration } from "../schema/configuration";
import type { PoolName } from "../schema/google";
import type { Readable } from "../reading/shape";
import { insteadOf } from "../reading/near";
import { shown } from "../reading/values";
import { each } from "./each";

type RangeName = keyof Configuration["google"]["ranges"];
const rangeNames: readonly RangeName[] = ["nodes", "pods", "services"];

/**
 * Ranges that GKE accepts and that are not public (RFC 1918, RFC 6598, RFC 5735).
 * https://cloud.google.com/vpc/docs/subnets#valid-ranges
 */
const privateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "240.0.0.0/4"].map(
  (text) => new Address4(text),
);
/**
 * The first two and the last two addresses of a subnet, which Google reserves.
 * https://cloud.google.com/vpc/docs/subnets#unusable-ip-addresses-in-every-subnet
 */
const reservedAddresses = 4;
/** More than the Services that GKE itself runs (DNS, metrics, Prometheus, the API). */
const servicesOfGke = 10;

/** The ranges of the cluster, and those from which the Raspberry Pis may connect. */
export function checkRanges(configuration: Readable<Configuration>, findings: Findings): void {
  const ranges = configuration.google?.ranges ?? {};
  const parsed = new Map<RangeName, Address4>();
  for (const name of rangeNames) {
    const text = ranges[name];
    const path = rangePath(name);
    const range = text === undefined ? undefined : parseRange(path, text, findings);
    if (!range) continue;
    if (!privateRanges.some((privateRange) => range.isInSubnet(privateRange))) {
      findings.problem(
        path,
        `${shown(text)} is public. Use a private range: 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10 or 240.0.0.0/4.`,
      );
    }
    parsed.set(name, range);
  }
  checkOverlaps(parsed, findings);
  checkSizes(configuration, parsed, findings);
  for (const [index, text] of each(configuration.forwarders?.allowedNetworks)) {
    const path = ["forwarders", "allowedNetworks", index];
    const range = parseRange(path, text, findings);
    if (range && privateRanges.some((privateRange) => range.isInSubnet(privateRange))) {
      findings.problem(
        path,
        `${shown(text)} is private, but the Raspberry Pis connect over the internet. Use the public addresses of their networks.`,
      );
    }
  }
}

const rangePath = (name: RangeName): Path => ["google", "ranges", name];

function parseRange(path: Path, text: string, findings: Findings): Address4 | undefined {
  const [address = "", mask] = text.split("/");
  if (!Address4.isValid(address)) {
    findings.problem(path, `must be an IPv4 range such as 10.0.96.0/22, is ${shown(text)}.`);
  } else if (mask === undefined) {
    const what = `${shown(text)} has no CIDR mask`;
    findings.problem(path, `${what}. Write one, such as ${address}/24.`, insteadOf(what, `${address}/32`));
  } else if (!/^(\d|[12]\d|3[0-2])$/.test(mask)) {
    findings.problem(path, `must have a CIDR mask from 0 to 32, is ${shown(text)}.`);
  } else {
    const range = new Address4(text);
    const first = range.startAddress().correctForm();
    if (first === address) return range;
    const what = `${shown(text)} is not the first address of a /${mask}`;
    findings.problem(path, `${what}, which is ${first}.`, insteadOf(what, `${first}/${mask}`));
  }
  return undefined;
}

function checkOverlaps(parsed: ReadonlyMap<RangeName, Address4>, findings: Findings): void {
  const all = [...parsed];
  all.forEach(([name, range], index) => {
    for (const [earlier, other] of all.slice(0, index)) {
      if (!range.isInSubnet(other) && !other.isInSubnet(range)) continue;
      findings.problem(
        rangePath(name),
        `${shown(range.address)} overlaps ${shown(other.address)} (google.ranges.${earlier}). Change one of them.`,
      );
    }
  });
}

function checkSizes(
  configuration: Readable<Configuration>,
  parsed: ReadonlyMap<RangeName, Address4>,
  findings: Findings,
): void {
  const vms = mostVms(configuration);
  const podsPerNode = configuration.google?.podsPerNode;
  if (vms !== undefined) {
    checkSize(
      "nodes",
      vms.total + reservedAddresses,
      `${vms.text}, and ${reservedAddresses} that Google reserves`,
      parsed,
      findings,
    );
    if (podsPerNode !== undefined) {
      const block = podBlock(podsPerNode);
      const why = `${vms.text}, and GKE gives each VM a block of ${block} for podsPerNode: ${podsPerNode}`;
      checkSize("pods", vms.total * block, why, parsed, findings, `, or lower podsPerNode`);
    }
  }
  const { publicNodes, bakers, forwarders } = configuration;
  if (publicNodes?.count === undefined || !bakers || forwarders?.count === undefined) return;
  const services = servicesOfGke + publicNodes.count + 2 * bakers.length + 2 * forwarders.count;
  checkSize("services", services, `${services} Services, including GKE's own`, parsed, findings);
}

/**
 * How many addresses GKE gives each VM for its pods: at least twice podsPerNode, and a power of two.
 * https://cloud.google.com/kubernetes-engine/docs/how-to/flexible-pod-cidr
 */
const podBlock = (podsPerNode: number) => 2 ** Math.ceil(Math.log2(2 * podsPerNode));

/** How many VMs GKE adds to a pool during an upgrade. */
const addedVms: Readonly<Record<UpgradeStrategy, (vms: number) => number>> = {
  SURGE: () => 1,
  BLUE_GREEN: (vms) => vms,
};

/** The most VMs that exist at a time, if GKE upgrades one pool at a time. */
export function mostVms({ google, publicNodes }: Readable<Configuration>): { total: number; text: string } | undefined {
  const vmsOf = (pool: PoolName) => {
    const { zones, vmsPerZone } = google?.pools?.[pool] ?? {};
    return zones && vmsPerZone !== undefined ? zones.length * vmsPerZone : NaN;
  };
  if (publicNodes?.count === undefined) return undefined;
  const pools = createdPools({ publicNodes: { count: publicNodes.count } });
  const usual = pools.reduce((sum, pool) => sum + vmsOf(pool), 0);
  const added = Math.max(...pools.map((pool) => addedVms[upgradeStrategy[pool]](vmsOf(pool))));
  if (Number.isNaN(usual)) return undefined;
  return { total: usual + added, text: `${usual} VMs and ${added} more during upgrades` };
}

function checkSize(
  name: RangeName,
  needed: number,
  why: string,
  parsed: ReadonlyMap<RangeName, Address4>,
  findings: Findings,
  alternative = "",
): void {
  const range = parsed.get(name);
  if (!range) return;
  const size = 2 ** (32 - range.subnetMask);
  if (size >= needed) return;
  const mask = 32 - Math.ceil(Math.log2(needed));
  findings.problem(
    rangePath(name),
    `${shown(range.address)} has ${size} addresses, but ${needed} are needed: ${why}. Use a /${mask}${alternative}.`,
  );
}
