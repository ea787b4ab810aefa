import type { Findings } from "../reading/findings";
import { allocatable, besidesOctezNode, fit, type Capacity } from "../facts/machines";
import type { Configuration } from "../schema/configuration";
import { poolNames, type PoolName } from "../schema/google";
import type { Readable } from "../reading/shape";

/** Whether the pools have room for their pods: a pod without room stays Pending forever, without any error. */
export function checkCapacity(configuration: Readable<Configuration>, findings: Findings): void {
  for (const pool of poolNames) {
    const pods = podsOf[pool](configuration);
    if (pods && hasRoom(configuration, pool, pods, findings) && pool === "baking")
      checkSpare(configuration, pods, findings);
  }
}

/** The pods of each pool, or undefined while they are unknown. */
const podsOf: Readonly<Record<PoolName, (configuration: Readable<Configuration>) => Capacity[] | undefined>> = {
  // It is not known what GKE runs there. checks/forwarders.ts checks that each forwarder has a VM.
  system: () => undefined,
  public: publicPods,
  baking: bakerPods,
};

/** @returns true if there is room, false if there is not or if that is unknown */
function hasRoom(
  { google }: Readable<Configuration>,
  pool: PoolName,
  pods: readonly Capacity[],
  findings: Findings,
): boolean {
  const { machineType, zones, vmsPerZone } = google?.pools?.[pool] ?? {};
  const vm = machineType === undefined ? undefined : allocatable(machineType);
  if (!vm || !zones || vmsPerZone === undefined) return false;
  const vms = zones.length * vmsPerZone;
  if (fit(pods, vms, vm)) return true;
  findings.problem(
    ["google", "pools", pool],
    `has no room for ${pods.length === 1 ? "its pod" : `its ${pods.length} pods`} (${pods.map(text).join("; ")}): ` +
      `${vms === 1 ? "its VM" : `each of its ${vms} VMs`} of type ${machineType} has ${text(vm)} for pods. ` +
      "Choose a larger machineType, more vmsPerZone, or smaller resources.",
  );
  return false;
}

/** Whether all bakers still have room after a zone has been lost, which size full promises. */
function checkSpare({ google, size }: Readable<Configuration>, pods: readonly Capacity[], findings: Findings): void {
  const { machineType, zones, vmsPerZone } = google?.pools?.baking ?? {};
  const vm = machineType === undefined ? undefined : allocatable(machineType);
  if (size !== "full" || !vm || !zones || vmsPerZone === undefined) return;
  if (fit(pods, (zones.length - 1) * vmsPerZone, vm)) return;
  findings.warning(
    ["google", "pools", "baking"],
    "has no spare: when a zone is lost, the remaining VMs don't have room for all bakers. Use two zones, or raise vmsPerZone.",
  );
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
  let total: Capacity = { cpu: 0, memoryGiB: 0 };
  for (const part of parts) {
    if (part?.cpu === undefined || part.memoryGiB === undefined) return undefined;
    total = { cpu: total.cpu + part.cpu, memoryGiB: total.memoryGiB + part.memoryGiB };
  }
  return total;
}

const allOf = <T>(items: readonly (T | undefined)[] | undefined): T[] | undefined => {
  const known = items?.filter((item) => item !== undefined);
  return known && known.length === items?.length ? known : undefined;
};

const rounded = (value: number) => Math.round(value * 10) / 10;
const text = ({ cpu, memoryGiB }: Capacity) => `${rounded(cpu)} cores, ${rounded(memoryGiB)} GiB`;
