import { z } from "zod";
import { baker } from "./baker";
import { cidr, gibibytes, label, resources } from "./fields";
import { google } from "./google";
import { signer } from "./signer";
import { tezos } from "./tezos";

/**
 * The one configuration file, as a schema. Everything a reader needs to know of a field stands in its description:
 * the JSON Schema that editors use is made from here (`npm run schema`).
 *
 * What depends on the chosen size has no default here; it comes from presets.ts, which is written in these same fields.
 * What only several fields together can tell (overlapping ranges, a key in two bakers, …) is checked by checks.ts.
 */

export const configurationSchema = z
  .strictObject({
    name: label.describe(
      "Name of the whole: the cluster, the namespace and all that is made in Google Cloud carry it.",
    ),
    size: z
      .enum(["full", "small"])
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
        count: z.int().min(0).max(20).describe("How many public nodes, spread over the zones."),
        diskGiB: gibibytes(10).default(200).describe("Disk of each, in GiB. How it can grow: docs/deploy.md."),
        resources: resources(2, 10),
      })
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
          .describe(
            "How many forwarders. Each has an address, a VM and, as long as there are enough, a zone of its own.",
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

type Whole = z.input<typeof configurationSchema>;
/** What a user writes: everything that has a default or a part in the presets may be left out. */
export type ConfigurationInput = Omit<Whole, "google" | "publicNodes" | "forwarders"> & {
  google: Omit<Whole["google"], "pools"> & { pools?: { [Pool in PoolName]?: Partial<Whole["google"]["pools"][Pool]> } };
  publicNodes?: Partial<Whole["publicNodes"]>;
  forwarders?: Partial<Whole["forwarders"]>;
};
/** A checked configuration with all defaults in place. */
export type Configuration = z.output<typeof configurationSchema>;
export type BakerConfiguration = Configuration["bakers"][number];
export type SignerConfiguration = Configuration["signers"][number];
export type UplinkConfiguration = SignerConfiguration["uplinks"][number];
export type KeyConfiguration = BakerConfiguration["keys"]["delegate"];
export type PoolConfiguration = Configuration["google"]["pools"]["system"];
export type PoolName = keyof Configuration["google"]["pools"];
