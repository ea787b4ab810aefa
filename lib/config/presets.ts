import type { ConfigurationInput } from "./schema";

type Preset = Pick<ConfigurationInput, "publicNodes" | "forwarders"> & { google: Pick<ConfigurationInput["google"], "pools"> };

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
