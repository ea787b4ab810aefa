import { z } from "zod";
import { baker } from "./baker";
import { cidr, gibibytes, label, resources } from "./fields";
import { google, type PoolName } from "./google";
import { signer } from "./signer";
import { tezos } from "./tezos";

export type { KeyRole } from "./baker";
export type { PoolName } from "./google";
export type { SignerProtocol } from "./signer";

export const sizes = ["full", "small"] as const;
export type Size = (typeof sizes)[number];

/**
 * The schema of the one configuration file. A field's description contains everything that a user needs to know about
 * it: the JSON Schema that editors use is generated from here (`npm run schema`).
 *
 * Fields whose default depends on the size are exactOptional here; lib/config/complete.ts adds the default. Rules that
 * involve several fields (overlapping ranges, a key in two bakers, …) are in lib/config/checks.
 */
export const configurationSchema = z
  .strictObject({
    name: label.describe(
      "Name of the deployment: of the cluster, the namespace and, as a prefix, of the resources in Google Cloud.",
    ),
    size: z
      .enum(sizes)
      .default("full")
      .describe(
        "full: two public nodes, a spare VM for baking, two forwarders, two zones. small: no public nodes, no spare VM, one forwarder, all in one zone; for a test network or a small stake. It can't be changed later: docs/costs.md.",
      ),
    /** https://cloud.google.com/resource-manager/docs/creating-managing-labels#requirements */
    labels: z
      .record(
        z
          .string()
          .regex(
            /^[a-z][-_a-z0-9]{0,62}$/,
            "must begin with a lower-case letter and have only lower-case letters, digits, hyphens and underscores, at most 63",
          ),
        z
          .string()
          .regex(
            /^[-_a-z0-9]{0,63}$/,
            "must consist of lower-case letters, digits, hyphens and underscores, at most 63",
          ),
      )
      .default({})
      .describe("Labels of every Google Cloud resource that supports them."),
    google: google.describe("Google Cloud: project, region, network and VMs."),
    tezos: tezos.describe("Tezos network, versions and images."),
    publicNodes: z
      .strictObject({
        count: z
          .int()
          .min(0)
          .max(20)
          .exactOptional()
          .describe("Number of public nodes, spread over the zones. Default: 2, or 0 with size small."),
        diskGiB: gibibytes(10)
          .exactOptional()
          .describe("Disk of each public node, in GiB. Default: as that of a baker. To enlarge it: docs/deploy.md."),
        resources: resources(1.25, 10),
      })
      .prefault({})
      .describe("Nodes that are open to the Tezos network, as peers that the baking nodes can trust."),
    dalNodes: z
      .strictObject({
        diskGiB: gibibytes(10).default(100).describe("Disk of each DAL node, in GiB. To enlarge it: docs/deploy.md."),
        resources: resources(1, 2),
      })
      .prefault({})
      .describe("The DAL nodes of the bakers with dal: true."),
    bakers: z.array(baker).min(1).describe("The bakers. Each has its own pod, disk and keys."),
    signers: z.array(signer).min(1).describe("The Raspberry Pis that hold the keys."),
    forwarders: z
      .strictObject({
        count: z
          .int()
          .min(1)
          .max(4)
          .exactOptional()
          .describe(
            "Number of forwarders. Each has its own address, its own VM and, if there are enough zones, its own zone. Default: 2, or 1 with size small.",
          ),
        allowedNetworks: z
          .array(cidr)
          .min(1)
          .default(["0.0.0.0/0"])
          .describe("Networks from which the Raspberry Pis may connect. Restrict this if they have fixed addresses."),
        hostPublicKey: z
          .string()
          .optional()
          .describe(
            "The forwarders' ssh host public key (ssh-ed25519 AAAA…), which the Raspberry Pis pin. You add the private key to Secret Manager yourself.",
          ),
        addresses: z
          .array(z.ipv4("must be an IPv4 address, such as 203.0.113.11, without a port"))
          .optional()
          .describe(
            "The forwarders' reserved addresses, in the order in which `npm run deploy` prints them. The Raspberry Pis connect to them.",
          ),
      })
      .prefault({})
      .describe("The pods to which the Raspberry Pis connect. All bakers share them."),
    alerts: z
      .strictObject({
        emails: z
          .array(z.email("must be an e-mail address"))
          // The most notification channels of an alerting policy: https://cloud.google.com/monitoring/quotas.
          .max(16)
          .default([])
          .describe(
            "Addresses that get an e-mail when an alert starts and when it ends. What the alerts mean: docs/alerts.md.",
          ),
      })
      .prefault({})
      .describe("Who is notified when something on the path to the signers is broken."),
    state: z
      .strictObject({
        /** https://cloud.google.com/storage/docs/buckets#naming */
        bucket: z
          .string()
          .regex(/^[a-z0-9][-_.a-z0-9]{1,61}[a-z0-9]$/, "must be the name of a bucket, without gs://")
          .optional()
          .describe("Cloud Storage bucket for Terraform's state. Default: the state is in the folder state/."),
      })
      .prefault({})
      .describe("Where Terraform stores its state."),
  })
  .describe("A Tezos baker on Google Kubernetes Engine with its signers at home.");

/** What a user writes: every field that has a default may be left out. */
export type ConfigurationInput = z.input<typeof configurationSchema>;

/** A parsed configuration with all defaults but those that depend on the size. */
export type WrittenConfiguration = z.output<typeof configurationSchema>;

type WrittenGoogle = WrittenConfiguration["google"];
type WrittenBaker = WrittenConfiguration["bakers"][number];

/** A complete configuration: every default is filled in. */
export interface Configuration extends Omit<WrittenConfiguration, "google" | "publicNodes" | "forwarders" | "bakers"> {
  google: Omit<WrittenGoogle, "pools"> & { pools: Record<PoolName, PoolConfiguration> };
  publicNodes: Required<WrittenConfiguration["publicNodes"]>;
  bakers: (Omit<WrittenBaker, "resources" | "diskGiB"> & {
    diskGiB: number;
    resources: Required<WrittenBaker["resources"]>;
  })[];
  forwarders: WrittenConfiguration["forwarders"] & { count: number };
}
export type PoolConfiguration = Required<WrittenGoogle["pools"][PoolName]>;
export type BakerConfiguration = Configuration["bakers"][number];
export type KeyConfiguration = BakerConfiguration["keys"]["delegate"];
export type SignerConfiguration = Configuration["signers"][number];
export type UplinkConfiguration = SignerConfiguration["uplinks"][number];
