import { customTypeFault, machineFamily, machineType, machineTypeNames } from "../facts/machine-types";
import { diskZones } from "../facts/pools";
import type { Findings } from "../reading/findings";
import { insteadOf, nearest } from "../reading/near";
import type { Readable } from "../reading/shape";
import { shown } from "../reading/values";
import type { Configuration } from "../schema/configuration";
import { poolNames, type PoolName } from "../schema/google";

/** Whether the VMs of each pool exist, run the images, and can attach the disks. */
export function checkMachineTypes(configuration: Readable<Configuration>, findings: Findings): void {
  for (const pool of poolNames) {
    const name = configuration.google?.pools?.[pool]?.machineType;
    if (name === undefined) continue;
    const path = ["google", "pools", pool, "machineType"];
    const why = whyRefused(name, pool, hasRegionalDisks(configuration));
    if (why !== undefined) {
      const what = `${shown(name)} ${why}`;
      const other = ofAnotherFamily(name);
      findings.problem(
        path,
        `${what}. Use a type of e2, n2 or n2d.`,
        other === undefined ? undefined : insteadOf(what, other),
      );
    } else if (machineType(name) === undefined) findings.warning(path, unknown(name));
  }
}

/** Bakers' disks are replicated in two zones, and only some families can attach those. */
function hasRegionalDisks({ google, size }: Readable<Configuration>): boolean {
  const zones = google?.zones?.filter((zone) => zone !== undefined);
  const baking = google?.pools?.baking?.zones?.filter((zone) => zone !== undefined);
  if (!zones || !baking) return false;
  const pools = { baking: { zones: baking } };
  return diskZones({ size, google: { zones, pools } } as unknown as Configuration).length > 1;
}

function whyRefused(name: string, pool: PoolName, regionalDisks: boolean): string | undefined {
  const family = machineFamily(name);
  if (!family) return undefined;
  if (family.processor === "Arm") return "has an Arm processor, for which the images here are not built";
  if (family.disks === "none")
    return `can't attach disks of type pd-balanced, and all disks here are: ${family.name} takes only Hyperdisks`;
  if (pool === "baking" && regionalDisks && family.disks !== "regional")
    return `can't attach a disk that is replicated in two zones, and the bakers' disks are: ${family.name} takes only zonal ones`;
  const fault = customTypeFault(name);
  return fault && `is not possible: ${fault}`;
}

/** The type of the same kind and size, such as e2-standard-8 for n4-standard-8. */
function ofAnotherFamily(name: string): string | undefined {
  const [, kindAndSize] = /^[a-z0-9]+-([a-z]+-\d+)$/.exec(name) ?? [];
  return ["e2", "n2", "n2d"]
    .map((family) => `${family}-${kindAndSize}`)
    .find((other) => machineType(other) !== undefined);
}

function unknown(name: string): string {
  const near = nearest(name, machineTypeNames());
  if (near !== undefined)
    return `${shown(name)} is not a machine type that is known here. Did you mean ${shown(near)}?`;
  return `${shown(name)} is not a machine type that is known here. It must have an x86-64 processor and attach disks of type pd-balanced, for bakers also those replicated in two zones.`;
}
