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
 * Fields whose default depends on the size are optional here; lib/config/complete.ts adds the default. Rules that take
 * several fields (overlapping ranges, a key in two bakers, …) are in lib/config/checks.
 */
export const configurationSchema = z
  .strictObject({
    name: label.describe(
      "Name of the whole: the cluster, the namespace and all that is made in Google Cloud carry it.",
    ),
    size: z
      .enum(sizes)
      .default("full")
      .describe(
        "full: two public nodes, a spare VM, two forwarders. small: none of these, for a test network or a small stake.",
      ),
    labels: z
      .record(
        z.string().regex(/^[a-z][-_a-z0-9]{0,62}$/, "must be a Google Cloud label key"),
        z.string().regex(/^[-_a-z0-9]{0,63}$/, "must be a Google Cloud label value"),
      )
      .default({})
      .describe("Labels on every Google Cloud resource that takes them."),
    google: google.describe("Google Cloud: project, place, network and VMs."),
    tezos: tezos.describe("Network, versions and images."),
    publicNodes: z
      .strictObject({
        count: z
          .int()
          .min(0)
          .max(20)
          .optional()
          .describe("How many public nodes, spread over the zones. Default: by size."),
        diskGiB: gibibytes(10).default(200).describe("Disk of each, in GiB. How it can grow: docs/deploy.md."),
        resources: resources(2, 10),
      })
      .prefault({})
      .describe("Nodes that meet the network, so that the baking nodes have peers they can trust."),
    dalNodes: z
      .strictObject({
        diskGiB: gibibytes(10).default(100).describe("Disk of each DAL node, in GiB. How it can grow: docs/deploy.md."),
        resources: resources(1, 2),
      })
      .prefault({})
      .describe("The DAL nodes of those bakers that have dal: true."),
    bakers: z.array(baker).min(1).describe("The bakers. Each has a pod, a disk and keys of its own."),
    signers: z.array(signer).min(1).describe("The Raspberry Pis that hold the keys."),
    forwarders: z
      .strictObject({
        count: z
          .int()
          .min(1)
          .max(4)
          .optional()
          .describe(
            "How many forwarders. Each has its own address, its own VM and, while there are enough zones, its own zone. Default: by size.",
          ),
        allowedNetworks: z
          .array(cidr)
          .min(1)
          .default(["0.0.0.0/0"])
          .describe("Networks from which the Raspberry Pis may dial. Narrow it where the homes have fixed addresses."),
        hostPublicKey: z
          .string()
          .optional()
          .describe(
            "The forwarders' ssh host public key (ssh-ed25519 AAAA…), which the Raspberry Pis pin. Its private half is put into Secret Manager by hand.",
          ),
        addresses: z
          .array(z.ipv4())
          .optional()
          .describe(
            "The forwarders' reserved addresses, in their order, as `cdktf deploy platform` prints them. The Raspberry Pis dial them.",
          ),
      })
      .prefault({})
      .describe("The pods that the Raspberry Pis dial. All bakers share them."),
    alerts: z
      .strictObject({
        emails: z
          .array(z.email("must be an e-mail address"))
          // A policy of Cloud Monitoring takes so many.
          .max(16)
          .default([])
          .describe("Who gets an e-mail of each alert, and of its end. What they mean: docs/alerts.md."),
      })
      .prefault({})
      .describe("Who is told when something on the way to the signers is broken."),
    state: z
      .strictObject({
        bucket: z
          .string()
          .regex(/^[a-z0-9][-_.a-z0-9]{1,61}[a-z0-9]$/, "must be the name of a bucket, without gs://")
          .optional()
          .describe(
            "A Cloud Storage bucket for Terraform's state. Without it the state lies in files beside the program.",
          ),
      })
      .prefault({})
      .describe("Where Terraform keeps its state."),
  })
  .describe("A Tezos baker on Google Kubernetes Engine with its signers at home.");

/** What a user writes: whatever has a default may be left out. */
export type ConfigurationInput = z.input<typeof configurationSchema>;

/** What a user wrote, with the defaults that don't depend on the size. */
export type WrittenConfiguration = z.output<typeof configurationSchema>;

type WrittenGoogle = WrittenConfiguration["google"];

/** A configuration with all defaults in place. */
export interface Configuration extends Omit<WrittenConfiguration, "google" | "publicNodes" | "forwarders"> {
  google: Omit<WrittenGoogle, "pools"> & { pools: Record<PoolName, PoolConfiguration> };
  publicNodes: Required<WrittenConfiguration["publicNodes"]>;
  forwarders: WrittenConfiguration["forwarders"] & { count: number };
}
export type PoolConfiguration = Required<WrittenGoogle["pools"][PoolName]>;
export type BakerConfiguration = Configuration["bakers"][number];
export type KeyConfiguration = BakerConfiguration["keys"]["delegate"];
export type SignerConfiguration = Configuration["signers"][number];
export type UplinkConfiguration = SignerConfiguration["uplinks"][number];
