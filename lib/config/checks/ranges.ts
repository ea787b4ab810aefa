import { Address4 } from "ip-address";
import type { Findings } from "../reading/findings";
import type { Path } from "../reading/problems";
import { createdPools, upgradeStrategy, type UpgradeStrategy } from "../facts/pools";
import type { Configuration } from "../schema/configuration";
import type { PoolName } from "../schema/google";
import type { Readable } from "../reading/shape";
import { shown } from "../reading/values";
import { each } from "./each";

type RangeName = keyof Configuration["google"]["ranges"];
const rangeNames: readonly RangeName[] = ["nodes", "pods", "services", "controlPlane"];

/** What GKE takes for clusters without being public: RFC 1918, RFC 6598, RFC 5735. */
const privateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "240.0.0.0/4"].map(
  (text) => new Address4(text),
);
/** First two and last two addresses of a subnet, which Google keeps. */
const reservedAddresses = 4;
/** Services that GKE brings itself (DNS, metrics, Prometheus, the API), with some to spare. */
const servicesOfGke = 10;

/** The ranges of the cluster, and those from where the Raspberry Pis may dial. */
export function checkRanges(configuration: Readable<Configuration>, findings: Findings): void {
  const ranges = configuration.google?.ranges ?? {};
  const parsed = new Map<RangeName, Address4>();
  for (const name of rangeNames) {
    const text = ranges[name];
    const path = rangePath(name);
    const range = text === undefined ? undefined : parseRange(path, text, findings);
    if (!range) continue;
    if (!privateRanges.some((whole) => range.isInSubnet(whole))) {
      findings.problem(
        path,
        `${shown(text)} is public. Take a private range: 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10 or 240.0.0.0/4.`,
      );
    }
    parsed.set(name, range);
  }
  overlaps(parsed, findings);
  sizes(configuration, parsed, findings);
  for (const [index, text] of each(configuration.forwarders?.allowedNetworks)) {
    const path = ["forwarders", "allowedNetworks", index];
    const range = parseRange(path, text, findings);
    if (range && privateRanges.some((whole) => range.isInSubnet(whole))) {
      findings.problem(
        path,
        `${shown(text)} is private: the Raspberry Pis come over the internet. Name the homes' public addresses.`,
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
    findings.problem(path, `CIDR mask is missing in ${shown(text)}. Did you mean "${address}/32"?`);
  } else if (!/^(\d|[12]\d|3[0-2])$/.test(mask)) {
    findings.problem(path, `CIDR mask must be 0 to 32 in ${shown(text)}.`);
  } else {
    const range = new Address4(text);
    const first = range.startAddress().correctForm();
    if (first === address) return range;
    findings.problem(path, `${shown(text)} is no beginning of a /${mask}. Did you mean "${first}/${mask}"?`);
  }
  return undefined;
}

function overlaps(parsed: ReadonlyMap<RangeName, Address4>, findings: Findings): void {
  const all = [...parsed];
  all.forEach(([name, range], index) => {
    for (const [earlier, other] of all.slice(0, index)) {
      if (!range.isInSubnet(other) && !other.isInSubnet(range)) continue;
      findings.problem(
        rangePath(name),
        `${shown(range.address)} overlaps ${shown(other.address)}, which is google.ranges.${earlier}. Move one of them.`,
      );
    }
  });
}

function sizes(
  configuration: Readable<Configuration>,
  parsed: ReadonlyMap<RangeName, Address4>,
  findings: Findings,
): void {
  const controlPlane = parsed.get("controlPlane");
  if (controlPlane && controlPlane.subnetMask !== 28) {
    findings.problem(
      rangePath("controlPlane"),
      `must be a /28, is ${shown(controlPlane.address)}. GKE takes no other size.`,
    );
  }
  const vms = mostVms(configuration);
  const podsPerNode = configuration.google?.podsPerNode;
  if (vms !== undefined) {
    atLeast(
      "nodes",
      vms.total + reservedAddresses,
      `${vms.text}, and ${reservedAddresses} that Google keeps`,
      parsed,
      findings,
    );
    if (podsPerNode !== undefined) {
      const block = podBlock(podsPerNode);
      const why = `${vms.text}, and GKE gives each VM a block of ${block} for podsPerNode: ${podsPerNode}`;
      atLeast("pods", vms.total * block, why, parsed, findings, `, or fewer podsPerNode`);
    }
  }
  const { publicNodes, bakers, forwarders } = configuration;
  if (publicNodes?.count === undefined || !bakers || forwarders?.count === undefined) return;
  const services = servicesOfGke + publicNodes.count + 2 * bakers.length + 2 * forwarders.count;
  atLeast("services", services, `${services} Services, GKE's own among them`, parsed, findings);
}

/** Addresses that GKE gives each VM for its pods: the power of two from twice as many on. */
const podBlock = (podsPerNode: number) => 2 ** Math.ceil(Math.log2(2 * podsPerNode));

/** How many VMs GKE adds to a pool while it upgrades it. */
const addedVms: Readonly<Record<UpgradeStrategy, (vms: number) => number>> = {
  SURGE: () => 1,
  BLUE_GREEN: (vms) => vms,
};

/** The most VMs at a time. GKE upgrades one pool after the other. */
function mostVms({ google, publicNodes }: Readable<Configuration>): { total: number; text: string } | undefined {
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

function atLeast(
  name: RangeName,
  needed: number,
  why: string,
  parsed: ReadonlyMap<RangeName, Address4>,
  findings: Findings,
  orElse = "",
): void {
  const range = parsed.get(name);
  if (!range) return;
  const size = 2 ** (32 - range.subnetMask);
  if (size >= needed) return;
  const mask = 32 - Math.ceil(Math.log2(needed));
  findings.problem(
    rangePath(name),
    `${shown(range.address)} has ${size} addresses, and ${needed} are needed: ${why}. Take a /${mask}${orElse}.`,
  );
}
