/**
 * Compute Engine's machine types, as far as they concern this program, as of April 2026:
 * https://cloud.google.com/compute/docs/general-purpose-machines
 * https://cloud.google.com/compute/docs/compute-optimized-machines
 * Families with GPUs or very much memory are not listed.
 */

/** A machine type, such as e2-standard-4. */
export interface MachineType {
  /** Such as e2. */
  readonly family: string;
  /** Number of vCPUs. */
  readonly cpu: number;
  readonly memoryGiB: number;
  /** Whether its vCPUs are only a share of a core, for which GKE reserves more. @default false */
  readonly sharedCore?: boolean;
}

/** What the VMs of a family have in common. */
export interface MachineFamily {
  /** Such as e2. */
  readonly name: string;
  readonly processor: "x86" | "Arm";
  /**
   * The disks of type pd-balanced that its VMs can attach: none, those in their own zone, or also those that are replicated
   * in two zones. https://cloud.google.com/compute/docs/disks/about-regional-persistent-disk#limitations
   */
  readonly disks: "none" | "zonal" | "regional";
}

interface Custom {
  /** Whether a custom machine type can have this many vCPUs, and how to say it. */
  readonly cpu: readonly [possible: (cpu: number) => boolean, inWords: string];
  /** The least and the most memory for each vCPU, in GiB. */
  readonly memoryPerCpu: readonly [number, number];
}

interface FamilyTypes extends Omit<MachineFamily, "name"> {
  /** The predefined types, by their kind: memory for each vCPU in GiB, and numbers of vCPUs. */
  readonly kinds?: Readonly<Record<string, readonly [memoryPerCpu: number, cpus: readonly number[]]>>;
  /** Types to which that does not apply, by the name without the family: vCPUs and memory in GiB. */
  readonly others?: Readonly<Record<string, readonly [cpu: number, memoryGiB: number]>>;
  /** The limits of its custom types. @default - it has none */
  readonly custom?: Custom;
}

const powersTo = (most: number) => [2, 4, 8, 16, 32].filter((cpu) => cpu <= most);
const even = (cpu: number) => cpu % 2 === 0;
const amdCpus: Custom["cpu"] = [
  (cpu) => (cpu <= 16 ? [2, 4, 8, 16].includes(cpu) : cpu <= 96 && cpu % 16 === 0),
  "2, 4, 8, or a multiple of 16 up to 96 vCPUs",
];

const families: Readonly<Record<string, FamilyTypes>> = {
  e2: {
    processor: "x86",
    disks: "regional",
    kinds: { standard: [4, powersTo(32)], highmem: [8, powersTo(16)], highcpu: [1, powersTo(32)] },
    others: { micro: [2, 1], small: [2, 2], medium: [2, 4] },
    custom: { cpu: [(cpu) => even(cpu) && cpu <= 32, "an even number up to 32 vCPUs"], memoryPerCpu: [0.5, 8] },
  },
  n1: {
    processor: "x86",
    disks: "regional",
    kinds: {
      standard: [3.75, [1, 2, 4, 8, 16, 32, 64, 96]],
      highmem: [6.5, [2, 4, 8, 16, 32, 64, 96]],
      highcpu: [0.9, [2, 4, 8, 16, 32, 64, 96]],
    },
    custom: {
      cpu: [(cpu) => cpu === 1 || (even(cpu) && cpu <= 96), "1 vCPU, or an even number up to 96"],
      memoryPerCpu: [0.9, 6.5],
    },
  },
  n2: {
    processor: "x86",
    disks: "regional",
    kinds: {
      standard: [4, [...powersTo(32), 48, 64, 80, 96, 128]],
      highmem: [8, [...powersTo(32), 48, 64, 80, 96]],
      highcpu: [1, [...powersTo(32), 48, 64, 80, 96]],
    },
    others: { "highmem-128": [128, 864] },
    custom: {
      cpu: [
        (cpu) => (cpu <= 32 ? even(cpu) : cpu <= 80 && cpu % 4 === 0),
        "an even number up to 32 vCPUs, or a multiple of 4 up to 80",
      ],
      memoryPerCpu: [0.5, 8],
    },
  },
  n2d: {
    processor: "x86",
    disks: "regional",
    kinds: {
      standard: [4, [...powersTo(32), 48, 64, 80, 96, 128, 224]],
      highmem: [8, [...powersTo(32), 48, 64, 80, 96]],
      highcpu: [1, [...powersTo(32), 48, 64, 80, 96, 128, 224]],
    },
    custom: { cpu: amdCpus, memoryPerCpu: [0.5, 8] },
  },
  t2d: { processor: "x86", disks: "zonal", kinds: { standard: [4, [1, ...powersTo(32), 48, 60]] } },
  c2: { processor: "x86", disks: "zonal", kinds: { standard: [4, [4, 8, 16, 30, 60]] } },
  c2d: {
    processor: "x86",
    disks: "zonal",
    kinds: {
      standard: [4, [...powersTo(32), 56, 112]],
      highmem: [8, [...powersTo(32), 56, 112]],
      highcpu: [2, [...powersTo(32), 56, 112]],
    },
  },
  c3: {
    processor: "x86",
    disks: "zonal",
    kinds: {
      standard: [4, [4, 8, 22, 44, 88, 176]],
      highmem: [8, [4, 8, 22, 44, 88, 176]],
      highcpu: [2, [4, 8, 22, 44, 88, 176]],
    },
  },
  c3d: {
    processor: "x86",
    disks: "zonal",
    kinds: {
      standard: [4, [4, 8, 16, 30, 60, 90, 180, 360]],
      highmem: [8, [4, 8, 16, 30, 60, 90, 180, 360]],
      highcpu: [2, [4, 8, 16]],
    },
    others: {
      "highcpu-30": [30, 59],
      "highcpu-60": [60, 118],
      "highcpu-90": [90, 177],
      "highcpu-180": [180, 354],
      "highcpu-360": [360, 708],
    },
  },
  h3: { processor: "x86", disks: "zonal", kinds: { standard: [4, [88]] } },
  // These attach only Hyperdisks.
  n4: { processor: "x86", disks: "none" },
  n4d: { processor: "x86", disks: "none" },
  c4: { processor: "x86", disks: "none" },
  c4d: { processor: "x86", disks: "none" },
  h4d: { processor: "x86", disks: "none" },
  t2a: { processor: "Arm", disks: "zonal" },
  n4a: { processor: "Arm", disks: "none" },
  c4a: { processor: "Arm", disks: "none" },
};

/** E2's shared-core types are the only ones: those of N1 are too small for GKE. */
const sharedCore = /^e2-(micro|small|medium)$/;

/** The family of a machine type, predefined or custom, by its name; undefined for a family that is not listed here. */
export function machineFamily(name: string): MachineFamily | undefined {
  const family = familyOf(name);
  if (!Object.hasOwn(families, family)) return undefined;
  const { processor, disks } = families[family]!;
  return { name: family, processor, disks };
}

// The custom types of N1 have no family in their names: custom-4-16384.
const familyOf = (name: string) => (name.startsWith("custom-") ? "n1" : (name.split("-")[0] ?? ""));

/**
 * A machine type by its name, predefined (e2-standard-4) or custom (e2-custom-4-20480: 4 vCPUs, 20,480 MiB). Undefined for
 * one that does not exist, that is not listed here, or of a family whose VMs can't attach the disks.
 */
export function machineType(name: string): MachineType | undefined {
  return predefined().get(name) ?? customType(name);
}

/** Names of the predefined machine types that are listed here. */
export const machineTypeNames = (): string[] => [...predefined().keys()];

let predefinedTypes: ReadonlyMap<string, MachineType> | undefined;
const predefined = () => (predefinedTypes ??= new Map(Object.entries(families).flatMap(typesOf)));

function typesOf([family, { kinds = {}, others = {} }]: [string, FamilyTypes]): [string, MachineType][] {
  const named = (name: string, cpu: number, memoryGiB: number): [string, MachineType] => {
    const type = `${family}-${name}`;
    return [type, { family, cpu, memoryGiB, ...(sharedCore.test(type) && { sharedCore: true }) }];
  };
  return [
    ...Object.entries(kinds).flatMap(([kind, [memoryPerCpu, cpus]]) =>
      cpus.map((cpu) => named(`${kind}-${cpu}`, cpu, cpu * memoryPerCpu)),
    ),
    ...Object.entries(others).map(([name, [cpu, memoryGiB]]) => named(name, cpu, memoryGiB)),
  ];
}

interface CustomName {
  readonly family: string;
  readonly limits: Custom;
  readonly cpu: number;
  readonly memoryMiB: number;
  /** Whether it has more memory for each vCPU than the family's usual limit. */
  readonly extended: boolean;
}

function readCustomName(name: string): CustomName | undefined {
  const [, cpu, memoryMiB, extension] = /^(?:[a-z0-9]+-)?custom-(\d+)-(\d+)(-ext)?$/.exec(name) ?? [];
  const family = familyOf(name);
  const limits = families[family]?.custom;
  if (!limits || cpu === undefined || memoryMiB === undefined) return undefined;
  return { family, limits, cpu: Number(cpu), memoryMiB: Number(memoryMiB), extended: extension !== undefined };
}

function customType(name: string): MachineType | undefined {
  const custom = readCustomName(name);
  if (!custom || customTypeFault(name) !== undefined) return undefined;
  return { family: custom.family, cpu: custom.cpu, memoryGiB: custom.memoryMiB / 1024 };
}

/**
 * Why Google would refuse a custom machine type, as a sentence; undefined if it would not, and for other names.
 * https://cloud.google.com/compute/docs/general-purpose-machines#custom_machine_types
 */
export function customTypeFault(name: string): string | undefined {
  const custom = readCustomName(name);
  if (!custom) return undefined;
  const { family, limits, cpu, memoryMiB, extended } = custom;
  const [possible, inWords] = limits.cpu;
  if (cpu < 1 || !possible(cpu)) return `custom types of ${family} have ${inWords}`;
  if (memoryMiB % 256 !== 0) return "its memory, the last number, must be a multiple of 256 MiB";
  if (memoryMiB < 1024) return "it must have at least 1024 MiB of memory";
  const [least, most] = limits.memoryPerCpu.map((gib) => gib * cpu * 1024) as [number, number];
  if (extended && family === "e2") return "e2 has no extended memory";
  if (memoryMiB < least || (memoryMiB > most && !extended)) {
    return `with ${cpu} vCPUs it must have ${Math.ceil(least / 256) * 256} to ${Math.floor(most / 256) * 256} MiB of memory`;
  }
  return undefined;
}
