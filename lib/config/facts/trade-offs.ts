import type { Configuration } from "../schema/configuration";
import { machineType } from "./machine-types";
import { isZonal } from "./pools";

/** What this configuration lacks compared with size full, and what that costs: one sentence for each. */
export function tradeOffs(configuration: Configuration): string[] {
  const { publicNodes, forwarders, google } = configuration;
  const zones = google.pools.baking.zones;
  const spares = zones.length * google.pools.baking.vmsPerZone > 1;
  const memoryGiB = Math.min(...configuration.bakers.map(({ resources }) => resources.memoryGiB));
  return [
    publicNodes.count === 0 &&
      "No public nodes: the baking node connects only to peers that it finds itself, none of which is yours.",
    !spares && "No spare VM: when the baking VM is lost, nothing is baked until a new one has been created (minutes).",
    isZonal(configuration)
      ? `One zone: while ${zones[0]} is down, nothing is baked. If it is lost for good, the high watermarks are lost with the disk; the signers' own remain.`
      : zones.length === 1 &&
        `One zone for baking: while ${zones[0]} is down, nothing is baked until you configure a different zone.`,
    isZonal(configuration) &&
      "One control plane: while Google upgrades it (minutes), pods keep running, but a failed VM or pod is not replaced.",
    memoryGiB < 12 &&
      `Less memory: octez-node has ${memoryGiB} GiB instead of 12. Octez asks for 16 GB for a whole machine.`,
    forwarders.count === 1 && "One forwarder: nothing is signed while its VM is being replaced (minutes).",
  ].filter((sentence) => sentence !== false);
}

/** What machines and disks that fit closely give up, in every size: one sentence for each. */
export function closeFits({ publicNodes, google, bakers, tezos }: Configuration): string[] {
  const publicCores = machineType(google.pools.public.machineType)?.cpu ?? Infinity;
  const smallestDisk = Math.min(...bakers.map(({ diskGiB }) => diskGiB));
  return [
    "VMs: no pool has room for pods of your own. Choose a larger machineType for them.",
    publicNodes.count > 0 &&
      publicCores < 4 &&
      `Public nodes: ${publicNodes.resources.cpu} cores are reserved for each, and it can use at most ${publicCores}. To import a snapshot and to catch up takes longer than with 4.`,
    smallestDisk <= 100 &&
      `Disks: ${smallestDisk} GiB hold the chain's data of today in history mode ${tezos.historyMode}, and must be enlarged when they have grown: docs/deploy.md.`,
  ].filter((sentence) => sentence !== false);
}
