import type { Configuration } from "../schema/configuration";

/** What this configuration does without, compared with size full, and what that costs: one sentence for each. */
export function givenUp(configuration: Configuration): string[] {
  const { publicNodes, forwarders, google } = configuration;
  const zones = google.pools.baking.zones;
  const spares = zones.length * google.pools.baking.vmsPerZone > 1;
  return [
    publicNodes.count === 0 &&
      "No public nodes: the baking node finds its peers itself, and shares its way to the network with nobody.",
    !spares && "No spare VM: when the baking VM is lost, nothing is baked until a new one is made (minutes).",
    zones.length === 1 &&
      `One zone for baking: nothing is baked while ${zones[0]} is away, until you name another one.`,
    forwarders.count === 1 && "One forwarder: nothing is signed while its VM is replaced (minutes).",
  ].filter((sentence) => sentence !== false);
}
