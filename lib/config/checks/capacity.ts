import type { Findings } from "../reading/findings";
import { gkePodsOnEveryVm, gkeSystemPods } from "../facts/gke-pods";
import {
  besidesOctezNode,
  fit,
  podsLeft,
  proxyReservation,
  roomForPods,
  sshdReservation,
  total,
} from "../facts/machines";
import type { Capacity } from "../facts/machines";
import type { Configuration } from "../schema/configuration";
import { poolNames, type PoolName } from "../schema/google";
import type { Readable } from "../reading/shape";

/** Whether the pools have room for their pods: a pod without room stays Pending forever, without any error. */
export function checkCapacity(configuration: Readable<Configuration>, findings: Findings): void {
  for (const pool of poolNames) {
    const pods = podsOf[pool](configuration);
    if (pods && hasRoom(configuration, pool, pods, findings)) checkSpare(configuration, pool, pods, findings);
  }
  checkPodNumbers(configuration, findings);
}

/** Whether each VM may run as many pods as its pool needs, GKE's own among them. All pools have the same limit. */
function checkPodNumbers(configuration: Readable<Configuration>, findings: Findings): void {
  const { podsPerNode } = configuration.google ?? {};
  if (podsPerNode === undefined) return;
  const needed = poolNames.map((pool) => ({ pool, least: leastPodsPerNode(configuration, pool) ?? 0 }));
  const most = needed.reduce((one, other) => (other.least > one.least ? other : one));
  if (podsPerNode >= most.least) return;
  findings.problem(
    ["google", "podsPerNode"],
    `has no room for the pods of the pool ${most.pool}: GKE itself runs ${gkePodsOnEveryVm} on each VM. Set it to ${most.least} or more.`,
  );
}

/** The least podsPerNode with which the pods of a pool fit; undefined if they don't with any, or if that is unknown. */
function leastPodsPerNode(configuration: Readable<Configuration>, pool: PoolName): number | undefined {
  const pods = podsOf[pool](configuration);
  const { machineType, zones, vmsPerZone } = configuration.google?.pools?.[pool] ?? {};
  const vm = machineType === undefined ? undefined : roomForPods(machineType, pool);
  if (!pods || pods.length === 0 || !vm || !zones || vmsPerZone === undefined) return undefined;
  const candidates = Array.from({ length: 256 }, (_, index) => index + 1);
  return candidates.find((each) => fit(pods, zones.length * vmsPerZone, vm, podsLeft(each, pool)));
}

/** The pods of each pool, or undefined while they are unknown. */
const podsOf: Readonly<Record<PoolName, (configuration: Readable<Configuration>) => Capacity[] | undefined>> = {
  system: systemPods,
  public: publicPods,
  baking: bakerPods,
};

/** Whose pods they are, for people. */
const owner: Readonly<Record<PoolName, string>> = {
  system: "the forwarders and GKE's own pods, such as cluster DNS",
  public: "the public nodes and DAL nodes",
  baking: "the bakers",
};

/** @returns true if there is room, false if there is not or if that is unknown */
function hasRoom(
  { google }: Readable<Configuration>,
  pool: PoolName,
  pods: readonly Capacity[],
  findings: Findings,
): boolean {
  const { machineType, zones, vmsPerZone } = google?.pools?.[pool] ?? {};
  const vm = machineType === undefined ? undefined : roomForPods(machineType, pool);
  if (!vm || !zones || vmsPerZone === undefined) return false;
  const vms = zones.length * vmsPerZone;
  if (fit(pods, vms, vm)) return true;
  findings.problem(
    ["google", "pools", pool],
    `has no room for ${pods.length === 1 ? "its pod" : `its ${pods.length} pods`} (${needs(pool, pods)}): ` +
      `${vms === 1 ? "its VM" : `each of its ${vms} VMs`} of type ${machineType} has ${text(vm)} for them, besides ` +
      `what GKE takes. Choose a larger machineType${pool === "system" ? " or" : ","} more vmsPerZone` +
      `${pool === "system" ? "." : ", or smaller resources."}`,
  );
  return false;
}

/** Each pod of the configuration's, or the sum of GKE's many small ones. */
const needs = (pool: PoolName, pods: readonly Capacity[]) =>
  pool === "system" ? `${text(total(pods))} for ${owner.system}` : pods.map(text).join("; ");

/** Whether the pods still have room after a zone has been lost, which size full promises. */
function checkSpare(
  { google, size }: Readable<Configuration>,
  pool: PoolName,
  pods: readonly Capacity[],
  findings: Findings,
): void {
  const { machineType, zones, vmsPerZone } = google?.pools?.[pool] ?? {};
  const vm = machineType === undefined ? undefined : roomForPods(machineType, pool);
  // Public nodes have disks in their zones, so no other zone could take them.
  if (pool === "public" || size !== "full" || !vm || !zones || vmsPerZone === undefined) return;
  if (fit(pods, (zones.length - 1) * vmsPerZone, vm)) return;
  findings.warning(
    ["google", "pools", pool],
    `has no spare: when a zone is lost, the remaining VMs don't have room for all of ${owner[pool]}. Use two zones, or raise vmsPerZone.`,
  );
}

function systemPods({ forwarders, signers }: Readable<Configuration>): Capacity[] | undefined {
  if (forwarders?.count === undefined || !signers) return undefined;
  const forwarder = total([proxyReservation, ...signers.map(() => sshdReservation)]);
  return [...gkeSystemPods, ...Array.from({ length: forwarders.count }, () => forwarder)];
}

function bakerPods({ bakers }: Readable<Configuration>): Capacity[] | undefined {
  return allOf(bakers?.map((baker) => sum(baker?.resources, ...besidesOctezNode)));
}

function publicPods({ publicNodes, dalNodes, bakers }: Readable<Configuration>): Capacity[] | undefined {
  if (publicNodes?.count === undefined || !bakers || bakers.some((baker) => baker?.dal === undefined)) return undefined;
  const dalNode = sum(dalNodes?.resources);
  const publicNode = sum(publicNodes.resources);
  return allOf([
    ...Array.from({ length: publicNodes.count }, () => publicNode),
    ...bakers.filter((baker) => baker?.dal).map(() => dalNode),
  ]);
}

/** @returns undefined if a part could not be read */
function sum(...parts: (Readable<Capacity> | undefined)[]): Capacity | undefined {
  const known = allOf(
    parts.map((part) =>
      part?.cpu === undefined || part.memoryGiB === undefined
        ? undefined
        : { cpu: part.cpu, memoryGiB: part.memoryGiB },
    ),
  );
  return known && total(known);
}

const allOf = <T>(items: readonly (T | undefined)[] | undefined): T[] | undefined => {
  const known = items?.filter((item) => item !== undefined);
  return known && known.length === items?.length ? known : undefined;
};

const rounded = (value: number) => Math.round(value * 10) / 10;
const text = ({ cpu, memoryGiB }: Capacity) => `${rounded(cpu)} cores, ${rounded(memoryGiB)} GiB`;
