import { z } from "zod";

/**
 * The one configuration file, as a schema. Everything a reader needs to know of a field stands in its description:
 * the JSON Schema that editors use is made from here (`npm run schema`).
 *
 * What depends on the chosen size has no default here; it comes from presets.ts, which is written in these same fields.
 * What only several fields together can tell (overlapping ranges, a key in two bakers, …) is checked by checks.ts.
 */

const gibibytes = (least: number) => z.int().min(least).max(65536);
const port = z.int().min(1).max(65535);
/** Google and Kubernetes both take it: RFC 1035 label. Length: names derived from it must fit in 30 characters. */
const label = z
  .string()
  .regex(/^[a-z]([-a-z0-9]*[a-z0-9])?$/, "must be lower-case letters, digits and hyphens, and begin with a letter, like hodl-farm")
  .max(20, "must have 20 characters at most: service account names made from it end at 30");
const cidr = z.string().describe("IPv4 range in CIDR notation, such as 10.0.96.0/22.");
const url = z.url({ protocol: /^https?$/, error: "must be an http or https URL" });

const resources = z
  .strictObject({
    cpu: z.number().positive().describe("Cores that are reserved. There is no CPU limit: throttling would cost attestations."),
    memoryGiB: z.number().positive().describe("GiB of memory, reserved and the limit."),
  })
  .describe("What the container reserves on its VM.");

const key = z
  .strictObject({
    publicKey: z.string().optional().describe("Public key: edpk… (tz1), sppk… (tz2), p2pk… (tz3) or BLpk… (tz4)."),
    publicKeyHash: z
      .string()
      .optional()
      .describe("Public key hash: tz1…, tz2…, tz3… or tz4…. Without publicKey the baker must ask a signer for the key when it starts."),
  })
  .describe("A key, by its public key, its hash, or both (then they must match).");

const uplink = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9]{0,14}$/, "must be the name of a network interface of the Raspberry Pi, such as eth0, wlan0 or wwan0")
    .describe("The network interface of the Raspberry Pi: eth0, wlan0, wwan0, usb0."),
  metered: z.boolean().default(false).describe("true for LTE and the like: checks and keep-alives are slow while nothing is wrong."),
});

const signer = z.strictObject({
  name: label.describe("Name of the Raspberry Pi, and of the folder of its files."),
  sshPublicKey: z.string().describe("The Raspberry Pi's ssh public key (ssh-ed25519 AAAA…): install.sh makes the pair there and prints this half."),
  sshPort: port.describe("The port at which the forwarders' sshd for this signer listens. Each signer has its own; it stays when others come and go."),
  protocol: z.enum(["http", "tcp"]).default("http").describe("http: octez-signer, signatory, tezsign. tcp: Octez's length-prefixed protocol, as russignol speaks it."),
  software: z.enum(["octez-signer", "own"]).default("octez-signer").describe("octez-signer: its unit is installed. own: you run a signer of your own at 127.0.0.1 and this port."),
  device: z.enum(["ledger", "none"]).default("none").describe("ledger: a udev rule and a health check for a Ledger are installed. none: keys in a file, or a signer that guards its own device."),
  port: port.default(6732).describe("The port at which the signer listens on the Raspberry Pi's loopback address."),
  slowestSignatureSeconds: z
    .number()
    .positive()
    .optional()
    .describe("The longest that an honest signature takes. Default: 1 with a Ledger, otherwise 0.2."),
  timeoutSeconds: z
    .number()
    .positive()
    .optional()
    .describe("How long one path to this signer may take before the request is tried on its next path. Default: 1.5 times the slowest signature, at least 0.5."),
  uplinks: z.array(uplink).min(1).max(4).describe("The ways out of the house, the preferred one first. A tunnel stands on each of them all the time."),
});

const baker = z.strictObject({
  name: label.describe("Name of the baker: its pod, disk and wallet alias carry it."),
  keys: z.strictObject({
    delegate: key.describe("The key that is registered as delegate."),
    consensus: key.optional().describe("The key that signs blocks and attestations instead of the delegate's, once it is active."),
    companion: key.optional().describe("A tz4 key that signs DAL attestations beside a tz4 consensus key."),
  }),
  votes: z
    .strictObject({ liquidityBaking: z.enum(["pass", "on", "off"]).default("pass").describe("--liquidity-baking-toggle-vote.") })
    .prefault({}),
  dal: z.boolean().default(false).describe("true: a DAL node is run for this baker, on the public pool, with an address of its own."),
  peering: z
    .enum(["hybrid", "private"])
    .default("hybrid")
    .describe("hybrid: the public nodes are trusted peers, and the baking node dials out as well; nothing can dial in. private: the public nodes only."),
  signers: z.array(z.string()).min(1).describe("Names of the signers that hold this baker's keys, in strict order: the second is only asked when the first is out of reach."),
  signerPort: port.default(8445).describe("The forwarders' port, inside the cluster, for this baker's requests. Each baker has its own."),
  authenticationPublicKey: z
    .string()
    .optional()
    .describe("Public half (edpk…) of the key with which this baker proves itself to octez-signer (--require-authentication). The private half is put into Secret Manager by hand."),
  diskGiB: gibibytes(10).default(200).describe("Size of the baker's regional disk, in GiB. It can grow, never shrink."),
  resources: resources.prefault({ cpu: 2, memoryGiB: 12 }).describe("Of octez-node; the baker, accuser and proxy take 1 core and 2.2 GiB beside it."),
});

const pool = z
  .strictObject({
    machineType: z.string().regex(/^[a-z][a-z0-9]*-[a-z0-9-]+$/, "must be a Compute Engine machine type, such as e2-standard-4").describe("Compute Engine machine type."),
    zones: z.array(z.string()).min(1).optional().describe("Zones in which it has VMs. Default: google.zones."),
    vmsPerZone: z.int().min(1).max(100).describe("VMs in each of its zones."),
    bootDiskGiB: gibibytes(20).default(50).describe("Boot disk of each VM, in GiB."),
  })
  .describe("A node pool.");

const google = z.strictObject({
  project: z
    .string()
    .regex(/^[a-z][-a-z0-9]{4,28}[a-z0-9]$/, "must be a Google Cloud project id: 6 to 30 lower-case letters, digits and hyphens")
    .describe("Google Cloud project id."),
  region: z.string().regex(/^[a-z]+-[a-z]+\d+$/, "must be a Google Cloud region, such as us-central1").describe("Region of the cluster."),
  zones: z.array(z.string()).describe("Zones of the region: two or three. VMs and the bakers' regional disks are spread over the first two."),
  ranges: z
    .strictObject({
      nodes: cidr.default("10.20.0.0/22").describe("Addresses of VMs."),
      pods: cidr.default("10.20.64.0/18").describe("Addresses of pods: each VM takes twice podsPerNode, rounded up to a power of two."),
      services: cidr.default("10.20.4.0/22").describe("Addresses of Services."),
      controlPlane: cidr.default("10.20.8.0/28").describe("Addresses of the control plane: a /28."),
    })
    .prefault({}),
  podsPerNode: z.int().min(8).max(256).default(32).describe("Most pods on a VM. GKE's own default of 110 takes a /24 of ranges.pods for every VM."),
  pools: z.strictObject({
    system: pool.describe("Untainted: cluster DNS and whatever else GKE brings, and the forwarders."),
    public: pool.describe("Public nodes and DAL nodes. Exists when there is one of either."),
    baking: pool.describe("Baking nodes only. A second VM is the warm spare."),
  }),
  releaseChannel: z.enum(["RAPID", "REGULAR", "STABLE"]).default("STABLE").describe("GKE release channel."),
  maintenance: z
    .strictObject({
      days: z.array(z.enum(["MO", "TU", "WE", "TH", "FR", "SA", "SU"])).min(1).default(["TU", "WE", "TH"]).describe("Days on which GKE may upgrade."),
      startUtc: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day such as "08:00"').default("08:00").describe("Start of the window, UTC."),
      hours: z.int().min(4).max(24).default(6).describe("Length of the window in hours. GKE wants 48 hours in any 32 days."),
    })
    .prefault({}),
  dns: z
    .strictObject({
      managedZone: z.string().describe("Name of an existing Cloud DNS managed zone in the project."),
      domain: z.string().describe("The domain under which records forwarder-1, forwarder-2, … are made, such as hodl.farm."),
    })
    .optional()
    .describe("Records for the forwarders' addresses. The Raspberry Pis dial the addresses, never the names."),
});

const builtInNetworks = ["mainnet", "shadownet", "ghostnet", "sandbox"] as const;
const tezos = z.strictObject({
  network: z
    .union([z.enum(builtInNetworks), url], { error: `must be ${builtInNetworks.join(", ")} or the URL of a network's definition` })
    .describe("A network that octez-node knows by name, or the URL of a network's definition (https://teztnets.com/…)."),
  octezVersion: z.string().regex(/^\d+\.\d+(\.\d+)?$/, 'must be a released version in quotes, such as "25.1"').default("25.1").describe("Version of Octez; 25.0 or newer."),
  images: z
    .strictObject({
      octez: z.string().optional().describe("Image of the Octez programs. Default: tezos/tezos-bare:octez-v<octezVersion>. A digest may follow: …@sha256:…"),
      haproxy: z.string().default("haproxy:3.0.11-alpine").describe("Image of HAProxy, 3.0 or newer."),
    })
    .prefault({}),
  historyMode: z.enum(["rolling", "full", "archive"]).default("rolling").describe("octez-node's --history-mode. A baker needs no more than rolling."),
  snapshot: z
    .strictObject({
      enabled: z.boolean().default(true).describe("false: bootstrap from the network, which takes days on mainnet."),
      url: url.optional().describe("Where an empty disk gets its snapshot. Default: https://snapshots.tzinit.org/<network>/<historyMode>."),
      blockHash: z.string().optional().describe("The snapshot's block hash, if you know it. Otherwise the hash is asked of verifyUrl."),
      verifyUrl: url.optional().describe("RPC of somebody else than who serves the snapshot; its block hash at the snapshot's level must be the snapshot's. Default: https://rpc.tzkt.io/<network>."),
    })
    .prefault({}),
});

export const configurationSchema = z
  .strictObject({
    name: label.describe("Name of the whole: the cluster, the namespace and all that is made in Google Cloud carry it."),
    size: z.enum(["full", "small"]).default("full").describe("full: two public nodes, a spare VM, two forwarders. small: none of these, for a test network or a small stake."),
    labels: z
      .record(z.string().regex(/^[a-z][-_a-z0-9]{0,62}$/, "must be a Google Cloud label key"), z.string().regex(/^[-_a-z0-9]{0,63}$/, "must be a Google Cloud label value"))
      .default({})
      .describe("Labels on every Google Cloud resource that takes them."),
    google,
    tezos,
    publicNodes: z.strictObject({
      count: z.int().min(0).max(20).describe("How many public nodes, spread over the zones."),
      diskGiB: gibibytes(10).default(200).describe("Disk of each, in GiB."),
      resources: resources.prefault({ cpu: 2, memoryGiB: 10 }),
    }),
    dalNodes: z
      .strictObject({
        diskGiB: gibibytes(10).default(100).describe("Disk of each DAL node, in GiB."),
        resources: resources.prefault({ cpu: 1, memoryGiB: 2 }),
      })
      .prefault({}),
    bakers: z.array(baker).min(1),
    signers: z.array(signer).min(1),
    forwarders: z.strictObject({
      count: z.int().min(1).max(4).describe("How many forwarders. Each has an address, a VM and, as long as there are enough, a zone of its own."),
      allowedNetworks: z.array(cidr).min(1).default(["0.0.0.0/0"]).describe("Networks from which the Raspberry Pis may dial. Narrow it where the homes have fixed addresses."),
      hostPublicKey: z.string().optional().describe("The forwarders' ssh host public key (ssh-ed25519 AAAA…), which the Raspberry Pis pin. Its private half is put into Secret Manager by hand."),
      addresses: z.array(z.ipv4()).optional().describe("The forwarders' reserved addresses, in their order, as `cdktf deploy platform` prints them. The Raspberry Pis dial them."),
    }),
    state: z
      .strictObject({ bucket: z.string().optional().describe("A Cloud Storage bucket for Terraform's state. Without it the state lies in files beside the program.") })
      .prefault({}),
  })
  .describe("A Tezos baker on Google Kubernetes Engine with its signers at home.");

/** What a user writes: everything that has a default may be left out. */
export type ConfigurationInput = z.input<typeof configurationSchema>;
/** A checked configuration with all defaults in place. */
export type Configuration = z.output<typeof configurationSchema>;
export type BakerConfiguration = Configuration["bakers"][number];
export type SignerConfiguration = Configuration["signers"][number];
export type UplinkConfiguration = SignerConfiguration["uplinks"][number];
export type KeyConfiguration = BakerConfiguration["keys"]["delegate"];
export type PoolConfiguration = Configuration["google"]["pools"]["system"];
export type PoolName = keyof Configuration["google"]["pools"];
