import { z } from "zod";
import { cidr, gibibytes } from "./fields";

/** Names of the node pools. */
export const poolNames = ["system", "public", "baking"] as const;
export type PoolName = (typeof poolNames)[number];

/**
 * The minimum number of google.zones. With size full a baker's disk has replicas in two zones, with size small all is in
 * one; while the size can't be read, only what every size needs is reported. https://cloud.google.com/compute/docs/disks/about-regional-persistent-disk
 */
export const minimumZones = (size: "full" | "small" | undefined): number => (size === "full" ? 2 : 1);

/** The smallest boot disk: Container-Optimized OS, GKE's own images, and what the kubelet reserves. */
export const smallestBootDiskGiB = 20;

const pool = z
  .strictObject({
    machineType: z
      .string()
      .regex(/^[a-z][a-z0-9]*-[a-z0-9-]+$/, "must be a Compute Engine machine type, such as e2-standard-4")
      .exactOptional()
      .describe("Compute Engine machine type. The default depends on size."),
    zones: z
      .array(z.string())
      .min(1)
      .exactOptional()
      .describe(
        "Zones in which the pool has VMs. Default: google.zones, for baking only the first two of them; with size small only the first.",
      ),
    vmsPerZone: z
      .int()
      .min(1)
      .max(100)
      .exactOptional()
      .describe(
        "Number of VMs in each of the pool's zones. Default: 1; more for system and public if there are more forwarders or public nodes than zones.",
      ),
    bootDiskGiB: gibibytes(smallestBootDiskGiB)
      .exactOptional()
      .describe("Boot disk of each VM, in GiB. Default: 30, or 20 for system."),
  })
  .prefault({})
  .describe("A node pool.");

const pools = {
  system: pool.describe("The forwarders, and the pods that GKE itself runs, such as cluster DNS. Not tainted."),
  public: pool.describe("Public nodes and DAL nodes. Created only if there are public nodes."),
  baking: pool.describe("Baking nodes only. A VM without a baking node is the spare."),
} satisfies Record<PoolName, z.ZodType>;

export const google = z.strictObject({
  /** https://cloud.google.com/resource-manager/docs/creating-managing-projects */
  project: z
    .string()
    .regex(
      /^[a-z][-a-z0-9]{4,28}[a-z0-9]$/,
      "must be a Google Cloud project id, not its number or name: 6 to 30 lower-case letters, digits and hyphens, such as my-baker-project (`gcloud projects list` prints it)",
    )
    .describe("Id of an existing Google Cloud project."),
  region: z
    .string()
    .regex(/^[a-z]+-[a-z]+\d+$/, "must be a Google Cloud region, such as us-central1")
    .describe("Region of the cluster."),
  zones: z
    .array(z.string())
    .describe(
      "Two or more zones of the region, or with size small one. Each baker's disk has replicas in the first two, unless pools.baking.zones names others.",
    ),
  ranges: z
    .strictObject({
      nodes: cidr.default("10.20.0.0/22").describe("Range of the VMs."),
      pods: cidr
        .default("10.20.64.0/18")
        .describe("Range of the pods. Each VM takes twice podsPerNode addresses, rounded up to a power of two."),
      services: cidr.default("10.20.4.0/22").describe("Range of the Services."),
    })
    .prefault({})
    .describe("Private IPv4 ranges of the network, which must not overlap."),
  podsPerNode: z
    .int()
    .min(8)
    .max(256)
    .default(32)
    .describe("The most pods on one VM. GKE's own default of 110 would take a /24 of ranges.pods for every VM."),
  pools: z
    .strictObject(pools)
    .prefault({})
    .describe("The node pools. Machine types and numbers of VMs have defaults that depend on size."),
  releaseChannel: z
    .enum(["RAPID", "REGULAR", "STABLE"])
    .default("STABLE")
    .describe("GKE release channel: https://cloud.google.com/kubernetes-engine/docs/concepts/release-channels."),
  maintenance: z
    .strictObject({
      days: z
        .array(z.enum(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]))
        .min(1)
        .default(["TU", "WE", "TH"])
        .describe("Days on which GKE may upgrade."),
      startUtc: z
        .string()
        .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day such as "08:00"')
        .default("08:00")
        .describe("Start of the window, in UTC."),
      hours: z
        .int()
        .min(4)
        .max(24)
        .default(6)
        .describe("Length of the window in hours. GKE requires 48 hours in any 32 days."),
    })
    .prefault({})
    .describe("When GKE may upgrade the cluster and its VMs."),
});
