import { z } from "zod";
import { cidr, gibibytes } from "./fields";

/** The node pools. */
export const poolNames = ["system", "public", "baking"] as const;
export type PoolName = (typeof poolNames)[number];

/** The least number of google.zones: a baker's disk has replicas in two. */
export const leastZones = 2;

const pool = z
  .strictObject({
    machineType: z
      .string()
      .regex(/^[a-z][a-z0-9]*-[a-z0-9-]+$/, "must be a Compute Engine machine type, such as e2-standard-4")
      .optional()
      .describe("Compute Engine machine type. Default: by size."),
    zones: z
      .array(z.string())
      .min(1)
      .optional()
      .describe(
        "Zones in which it has VMs. Default: google.zones; for baking the first two of them, with size small the first.",
      ),
    vmsPerZone: z.int().min(1).max(100).optional().describe("VMs in each of its zones. Default: 1."),
    bootDiskGiB: gibibytes(20).default(50).describe("Boot disk of each VM, in GiB."),
  })
  .prefault({})
  .describe("A node pool.");

const pools = {
  system: pool.describe("Untainted: cluster DNS and whatever else GKE brings, and the forwarders."),
  public: pool.describe("Public nodes and DAL nodes. Exists when there is one of either."),
  baking: pool.describe("Baking nodes only. A second VM is the warm spare."),
} satisfies Record<PoolName, z.ZodType>;

export const google = z.strictObject({
  project: z
    .string()
    .regex(
      /^[a-z][-a-z0-9]{4,28}[a-z0-9]$/,
      "must be a Google Cloud project id: 6 to 30 lower-case letters, digits and hyphens",
    )
    .describe("Google Cloud project id."),
  region: z
    .string()
    .regex(/^[a-z]+-[a-z]+\d+$/, "must be a Google Cloud region, such as us-central1")
    .describe("Region of the cluster."),
  zones: z
    .array(z.string())
    .describe("Zones of the region, two or three. Each baker's disk has its copies in the first two."),
  ranges: z
    .strictObject({
      nodes: cidr.default("10.20.0.0/22").describe("Addresses of VMs."),
      pods: cidr
        .default("10.20.64.0/18")
        .describe("Addresses of pods: each VM takes twice podsPerNode, rounded up to a power of two."),
      services: cidr.default("10.20.4.0/22").describe("Addresses of Services."),
      controlPlane: cidr.default("10.20.8.0/28").describe("Addresses of the control plane: a /28."),
    })
    .prefault({})
    .describe("Private IPv4 ranges of the network. They must not overlap."),
  podsPerNode: z
    .int()
    .min(8)
    .max(256)
    .default(32)
    .describe("Most pods on a VM. GKE's own default of 110 takes a /24 of ranges.pods for every VM."),
  pools: z
    .strictObject(pools)
    .prefault({})
    .describe("The pools of VMs. Machine types and numbers have defaults by size."),
  releaseChannel: z.enum(["RAPID", "REGULAR", "STABLE"]).default("STABLE").describe("GKE release channel."),
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
        .describe("Start of the window, UTC."),
      hours: z
        .int()
        .min(4)
        .max(24)
        .default(6)
        .describe("Length of the window in hours. GKE wants 48 hours in any 32 days."),
    })
    .prefault({})
    .describe("When GKE may upgrade the cluster and its VMs."),
});
