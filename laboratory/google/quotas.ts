import { GoogleError } from "./errors";
import type { Quotas } from "./faults";
import type { Fields } from "./fields";
import type { Google } from "./google";

/** GB of a regional disk, in both of its zones. */
export const diskGigabytes = ({ sizeGb, replicaZones = [] }: Fields): number =>
  Number(sizeGb ?? 0) * Math.max(1, replicaZones.length);

/** VMs of a node pool. */
export const vmCount = ({ size, locations = [] }: Fields): number => Number(size ?? 0) * locations.length;

/** vCPUs of a machine type: the first number in its name, e2-standard-4 or e2-custom-4-20480. */
const cpusOf = (machineType: string): number => Number(/-(\d+)(-|$)/.exec(machineType)?.[1] ?? 2);

/** What a node pool takes of a quota. */
export const poolUsage = (pool: Fields): Required<Omit<Quotas, "STATIC_ADDRESSES">> => ({
  SSD_TOTAL_GB: vmCount(pool) * Number(pool["config"]?.["diskSizeGb"] ?? 100),
  CPUS: vmCount(pool) * cpusOf(pool["config"]?.["machineType"] ?? "e2-medium"),
});

/**
 * @param parent `projects/p/regions/r`
 * @returns how Compute Engine refuses what exceeds a quota, undefined where it fits
 */
export function exceeded(google: Google, parent: string, metric: keyof Quotas, more: number): GoogleError | undefined {
  const short = shortOf(google, parent, metric, more);
  if (!short) return undefined;
  const message = `Quota '${metric}' exceeded.  Limit: ${short.limit.toFixed(1)} in region ${parent.replace(/.*\//, "")}.`;
  return new GoogleError(403, "PERMISSION_DENIED", message, "quotaExceeded");
}

/** By how much a quota is too small for `more`; undefined where it fits. */
export function shortOf(
  google: Google,
  parent: string,
  metric: keyof Quotas,
  more: number,
): { readonly limit: number; readonly available: number; readonly missing: number } | undefined {
  const limit = google.faults.faults.quotas?.[metric];
  if (limit === undefined) return undefined;
  const available = limit - usage(google, parent, metric);
  return more > available ? { limit, available, missing: more - available } : undefined;
}

/** The quotas of a region that have a limit, as Compute Engine shows them. @param parent `projects/p/regions/r` */
export const regionQuotas = (google: Google, parent: string): Fields[] =>
  Object.entries(google.faults.faults.quotas ?? {}).map(([metric, limit]) => ({
    metric,
    limit,
    usage: usage(google, parent, metric as keyof Quotas),
  }));

function usage(google: Google, parent: string, metric: keyof Quotas): number {
  const { store } = google;
  if (metric === "STATIC_ADDRESSES") return store.under(`compute/${parent}/addresses/`).length;
  const location = parent.replace("/regions/", "/locations/");
  const pools = store
    .under(`container/${location}`)
    .filter(([name]) => name.includes("/nodePools/"))
    .map(([, pool]) => poolUsage(pool)[metric]);
  const disks =
    metric === "SSD_TOTAL_GB" ? store.under(`compute/${parent}/disks/`).map(([, d]) => diskGigabytes(d)) : [];
  return [...pools, ...disks].reduce((sum, each) => sum + each, 0);
}
