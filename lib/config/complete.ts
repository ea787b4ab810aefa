import { defaultDiskGiB } from "./facts/chain-data";
import type { Readable } from "./reading/shape";
import type { Configuration, PoolConfiguration, Size, WrittenConfiguration } from "./schema/configuration";
import { minimumZones, type PoolName } from "./schema/google";

interface Preset {
  readonly pools: Readonly<Record<PoolName, PoolPreset>>;
  readonly publicNodes: { readonly count: number };
  readonly forwarders: { readonly count: number };
  /** What octez-node reserves in a baking pod. */
  readonly octezNodeMemoryGiB: number;
}

interface PoolPreset {
  readonly machineType: string;
  /** Number of google.zones in which it has VMs. @default - all of them */
  readonly zones?: number;
  readonly bootDiskGiB: number;
}

/**
 * The smallest that holds what runs there (lib/config/checks/capacity.ts), with some memory to spare, since GKE's own pods
 * grow with its releases. A boot disk holds the operating system, GKE's images (about 8 GiB together), and, but for the pool
 * system, Octez's images of two releases; GKE deletes unused images when it is 85 % full.
 * https://cloud.google.com/kubernetes-engine/docs/concepts/plan-node-sizes
 */
const system = { machineType: "e2-custom-2-4096", bootDiskGiB: 20 };
const publicPool = { machineType: "e2-custom-2-14336", bootDiskGiB: 30 };
/** Instead of publicPool.machineType, so that a VM has room for a DAL node beside a public node. */
const withDalNode = "e2-custom-4-17408";

const presets: Readonly<Record<Size, Preset>> = {
  full: {
    pools: {
      system,
      public: publicPool,
      // The two zones of the bakers' disks: the VM in the second is the spare.
      baking: { machineType: "e2-custom-4-20480", bootDiskGiB: 30, zones: 2 },
    },
    publicNodes: { count: 2 },
    forwarders: { count: 2 },
    octezNodeMemoryGiB: 12,
  },
  small: {
    pools: {
      system: { ...system, zones: 1 },
      public: { ...publicPool, zones: 1 },
      // More than the 16 GB that Octez asks for: https://octez.tezos.com/docs/releases/version-25.html
      baking: { machineType: "e2-custom-4-17408", bootDiskGiB: 30, zones: 1 },
    },
    publicNodes: { count: 0 },
    forwarders: { count: 1 },
    octezNodeMemoryGiB: 10,
  },
};

/**
 * Adds the defaults that depend on other fields. A list that the user wrote replaces the default list.
 * A field that was written but can't be read gets no default, so that its fault is reported only once.
 */
export function complete(written: WrittenConfiguration): Configuration;
export function complete(written: Readable<WrittenConfiguration>): Readable<Configuration>;
export function complete(written: Readable<WrittenConfiguration>): Readable<Configuration> {
  const { size, google, publicNodes, forwarders, bakers } = written;
  if (size === undefined) return written;
  const preset = presets[size];
  const pools = google?.pools;
  const hasDal = bakers?.some((baker) => baker?.dal) ?? false;
  const completedPublicNodes = merged({ ...preset.publicNodes, ...diskOf(written.tezos) }, publicNodes);
  const completedForwarders = merged(preset.forwarders, forwarders);
  const podsWithVms = { system: completedForwarders?.count, public: completedPublicNodes?.count, baking: 1 };
  const completedPool = (name: PoolName) => {
    const { zones: numberOfZones, ...rest } = preset.pools[name];
    const machine = name === "public" && hasDal ? { machineType: withDalNode } : {};
    const zones = pools?.[name]?.zones ?? spreadable(google?.zones, size)?.slice(0, numberOfZones);
    // A forwarder never shares a VM with another one, and a public node's VM has room for one.
    const vmsPerZone = Math.max(1, Math.ceil((podsWithVms[name] ?? 1) / (zones?.length || 1)));
    return merged({ ...rest, ...machine, vmsPerZone, zones }, pools?.[name]);
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
    publicNodes: completedPublicNodes,
    bakers: bakers?.map(
      (baker) =>
        baker && {
          ...diskOf(written.tezos),
          ...baker,
          resources: merged({ memoryGiB: preset.octezNodeMemoryGiB }, baker.resources),
        },
    ),
    forwarders: completedForwarders,
  };
}

/** No default while it can't be known for which network. */
function diskOf(tezos: Readable<WrittenConfiguration["tezos"]> | undefined): { diskGiB?: number } {
  const { network, historyMode } = tezos ?? {};
  return network === undefined || historyMode === undefined
    ? {}
    : { diskGiB: defaultDiskGiB({ network, historyMode }) };
}

/** Both groups of fields in one; written fields win, even those that are undefined because they can't be read. */
const merged = <Group extends object, Written extends object>(preset: Group, written: Written | undefined) =>
  written && { ...preset, ...written };

/** google.zones, unless there are too few of them, which is reported only once and not for each pool. */
const spreadable = (zones: (string | undefined)[] | undefined, size: Size) =>
  zones && zones.length >= minimumZones(size) ? zones : undefined;
