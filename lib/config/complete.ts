import type { Readable } from "./reading/shape";
import type { Configuration, PoolConfiguration, Size, WrittenConfiguration } from "./schema/configuration";
import { minimumZones, type PoolName } from "./schema/google";

interface Preset {
  readonly pools: Readonly<Record<PoolName, PoolPreset>>;
  readonly publicNodes: { readonly count: number };
  readonly forwarders: { readonly count: number };
}

interface PoolPreset {
  readonly machineType: string;
  readonly vmsPerZone: number;
  /** Number of google.zones in which it has VMs. @default - all of them */
  readonly zones?: number;
}

const presets: Readonly<Record<Size, Preset>> = {
  full: {
    pools: {
      system: { machineType: "e2-standard-2", vmsPerZone: 1 },
      public: { machineType: "e2-standard-4", vmsPerZone: 1 },
      // The two zones of the bakers' disks: the VM in the second is the spare.
      baking: { machineType: "e2-highmem-4", vmsPerZone: 1, zones: 2 },
    },
    publicNodes: { count: 2 },
    forwarders: { count: 2 },
  },
  small: {
    pools: {
      system: { machineType: "e2-standard-2", vmsPerZone: 1 },
      public: { machineType: "e2-standard-4", vmsPerZone: 1 },
      baking: { machineType: "e2-highmem-4", vmsPerZone: 1, zones: 1 },
    },
    publicNodes: { count: 0 },
    forwarders: { count: 1 },
  },
};

/**
 * Adds the defaults that depend on the size. A list that the user wrote replaces the default list.
 * A field that was written but can't be read gets no default, so that its fault is reported only once.
 */
export function complete(written: WrittenConfiguration): Configuration;
export function complete(written: Readable<WrittenConfiguration>): Readable<Configuration>;
export function complete(written: Readable<WrittenConfiguration>): Readable<Configuration> {
  const { size, google, publicNodes, forwarders } = written;
  if (size === undefined) return written;
  const preset = presets[size];
  const pools = google?.pools;
  const completedPool = (name: PoolName) => {
    const { zones, ...rest } = preset.pools[name];
    return merged({ ...rest, zones: spreadable(google?.zones)?.slice(0, zones) }, pools?.[name]);
  };
  const completedPools: Record<PoolName, Readable<PoolConfiguration> | undefined> = {
    system: completedPool("system"),
    public: completedPool("public"),
    baking: completedPool("baking"),
  };
  return {
    ...written,
    google: google && {
      ...google,
      pools: pools && completedPools,
    },
    publicNodes: merged(preset.publicNodes, publicNodes),
    forwarders: merged(preset.forwarders, forwarders),
  };
}

/** Both groups of fields in one; written fields win, even those that are undefined because they can't be read. */
const merged = <Group extends object, Written extends object>(preset: Group, written: Written | undefined) =>
  written && { ...preset, ...written };

/** google.zones, unless there are too few of them, which is reported only once and not for each pool. */
const spreadable = (zones: (string | undefined)[] | undefined) =>
  zones && zones.length >= minimumZones ? zones : undefined;
