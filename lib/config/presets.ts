import type { PoolName } from "./schema/configuration";
import { isRecord, laidOver } from "./reading/values";

// A type and not an interface: JSON Schema is made from it by its keys.
type Preset = {
  google: { pools: Record<PoolName, { machineType: string; vmsPerZone: number }> };
  publicNodes: { count: number };
  forwarders: { count: number };
};

/**
 * The two sizes, written in the fields of the configuration itself: a preset is laid under what the user wrote, so each
 * part of it can be set by itself.
 */
export const presets: Record<"full" | "small", Preset> = {
  full: {
    google: {
      pools: {
        system: { machineType: "e2-standard-2", vmsPerZone: 1 },
        public: { machineType: "e2-standard-4", vmsPerZone: 1 },
        baking: { machineType: "e2-highmem-4", vmsPerZone: 1 },
      },
    },
    publicNodes: { count: 2 },
    forwarders: { count: 2 },
  },
  small: {
    google: {
      pools: {
        system: { machineType: "e2-standard-2", vmsPerZone: 1 },
        public: { machineType: "e2-standard-4", vmsPerZone: 1 },
        baking: { machineType: "e2-highmem-4", vmsPerZone: 1 },
      },
    },
    publicNodes: { count: 0 },
    forwarders: { count: 1 },
  },
};

/** In how many of google.zones the baking pool has VMs: a baker's disk has copies in two zones; the second is the spare. */
const bakingZones = { full: 2, small: 1 };

/** The input with its size's preset under it, and with the zones of each pool. */
export function withPreset(input: unknown): unknown {
  if (!isRecord(input)) return input;
  const size = input.size === "small" ? "small" : "full";
  const zones = isRecord(input.google) ? usable(input.google.zones) : undefined;
  const pools = {
    system: { zones },
    public: { zones },
    baking: { zones: zones?.slice(0, bakingZones[size]) },
  };
  return laidOver(laidOver(presets[size], { google: { pools } }), input);
}

/** Zones to spread pools over; none while there are too few of them, so that the fault is told once and not for each pool. */
function usable(zones: unknown): string[] | undefined {
  const isUsable = Array.isArray(zones) && zones.length >= 2 && zones.every((zone) => typeof zone === "string");
  return isUsable ? zones : undefined;
}
