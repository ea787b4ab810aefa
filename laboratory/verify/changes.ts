import type { ConfigurationInput } from "../../lib/config/schema/configuration";
import { exampleConfiguration } from "../examples";

/** A change that a user could make to a configuration. */
export interface Change {
  /** The field and what changes about it. */
  readonly title: string;
  readonly change: (input: ConfigurationInput) => void;
}

const example = "config/every-option.yaml";

/** Every option, with three bakers. Fields whose default depends on the size are left out. */
function threeBakers(input: ConfigurationInput): void {
  const [bls] = input.bakers;
  input.name = "three-bakers";
  input.bakers.push({
    name: "third",
    keys: { delegate: { publicKey: "edpkuVXoMUi7rgsYat2KQQwLjGWjQo6jFxVR7wAED1dKWGbs4Vhrnn" } },
    signers: [...bls!.signers],
    signerPort: 8447,
  });
  // Room for another public node, and for a larger one.
  input.google.pools!.public!.machineType = "e2-standard-8";
  delete input.forwarders!.count;
  delete input.publicNodes!.count;
  delete input.google.pools!.system;
}

/** The configuration with three bakers. @param change modifies it @default - no change */
export const configurationWith = (change?: Change["change"]) =>
  exampleConfiguration((input) => {
    threeBakers(input);
    change?.(input);
  }, example);

type Baker = ConfigurationInput["bakers"][number];
type Signer = ConfigurationInput["signers"][number];

/** A change of the baker `ledger`, which has everything except a DAL node. */
const ofBaker = (title: string, change: (baker: Baker) => void): Change => ({
  title: `bakers[ledger].${title}`,
  change: ({ bakers }) => change(bakers[1]!),
});
const ofSigner = (title: string, change: (signer: Signer) => void): Change => ({
  title: `signers[pi-file].${title}`,
  change: ({ signers }) => change(signers[2]!),
});
const ofGoogle = (title: string, change: (google: ConfigurationInput["google"]) => void): Change => ({
  title: `google.${title}`,
  change: ({ google }) => change(google),
});
const ofTezos = (title: string, change: (tezos: ConfigurationInput["tezos"]) => void): Change => ({
  title: `tezos.${title}`,
  change: ({ tezos }) => change(tezos),
});

const otherKey = "edpkvGfYw3LyB1UcCahKQk4rF2tvbMUk8GFiTuMjL75uGXrpvKXhjn";
const otherSshKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIM1ql1Z4pgtT1tLAmx7oZUw4hPx8sL2PhvyRyxjCmMb7";

/** A change of each kind of field, in the order of the schema. */
export const changes: readonly Change[] = [
  { title: "name", change: (input) => (input.name = "other") },
  {
    title: "size: full -> small",
    change: (input) => {
      input.size = "small";
      // Size small has a single forwarder and no public nodes, which DAL nodes need.
      delete input.forwarders!.addresses;
      delete input.google.pools;
      input.bakers.forEach((baker) => Object.assign(baker, { dal: false, peering: "hybrid" }));
      input.google.pools = { baking: { machineType: "e2-highmem-16" } };
    },
  },
  { title: "labels", change: ({ labels }) => (labels!["owner"] = "somebody-else") },

  ofGoogle("project", (google) => (google.project = "another-project")),
  ofGoogle("region and zones", (google) => {
    google.region = "europe-west1";
    google.zones = ["europe-west1-b", "europe-west1-c"];
    for (const pool of Object.values(google.pools!)) delete pool.zones;
  }),
  ofGoogle("zones: reordered", (google) => google.zones.reverse()),
  ofGoogle("zones: one added", (google) => google.zones.push("us-central1-c")),
  ofGoogle("pools.baking.zones: one replaced", (google) => {
    google.zones.push("us-central1-c");
    google.pools!.baking!.zones = ["us-central1-b", "us-central1-c"];
  }),
  ofGoogle("ranges.nodes", (google) => (google.ranges!.nodes = "10.30.0.0/22")),
  ofGoogle("ranges.pods", (google) => (google.ranges!.pods = "10.30.64.0/18")),
  ofGoogle("podsPerNode", (google) => (google.podsPerNode = 64)),
  ofGoogle("pools.baking.machineType", (google) => (google.pools!.baking!.machineType = "e2-highmem-8")),
  ofGoogle("pools.baking.vmsPerZone", (google) => (google.pools!.baking!.vmsPerZone = 3)),
  ofGoogle("pools.baking.bootDiskGiB", (google) => (google.pools!.baking!.bootDiskGiB = 60)),
  ofGoogle("releaseChannel", (google) => (google.releaseChannel = "REGULAR")),
  ofGoogle("maintenance.hours", (google) => (google.maintenance!.hours = 8)),

  ofTezos("network", (tezos) => {
    tezos.network = "ghostnet";
    tezos.snapshot = {};
  }),
  ofTezos("octezVersion", (tezos) => {
    tezos.octezVersion = "25.2";
    delete tezos.images!.octez;
  }),
  ofTezos("images.octez: another registry", (tezos) => (tezos.images!.octez = "ghcr.io/me/octez:octez-v25.1")),
  ofTezos("images.haproxy", (tezos) => (tezos.images!.haproxy = "haproxy:3.0.12-alpine")),
  ofTezos("historyMode", (tezos) => (tezos.historyMode = "full")),
  ofTezos("snapshot.url", (tezos) => (tezos.snapshot!.url = "https://snapshots.example.com/other")),

  { title: "publicNodes.count: 2 -> 3", change: ({ publicNodes }) => (publicNodes!.count = 3) },
  { title: "publicNodes.diskGiB: larger", change: ({ publicNodes }) => (publicNodes!.diskGiB = 300) },
  { title: "publicNodes.resources", change: ({ publicNodes }) => (publicNodes!.resources!.memoryGiB = 11) },
  { title: "dalNodes.diskGiB: larger", change: ({ dalNodes }) => (dalNodes!.diskGiB = 150) },

  { title: "bakers: reordered", change: ({ bakers }) => bakers.reverse() },
  {
    title: "bakers: one added",
    change: ({ bakers }) => bakers.push({ ...bakers[2]!, name: "fourth", signerPort: 8448, keys: otherKeys }),
  },
  { title: "bakers[ledger]: removed", change: ({ bakers }) => bakers.splice(1, 1) },
  ofBaker("name", (baker) => (baker.name = "renamed")),
  ofBaker("keys.delegate", ({ keys }) => (keys.delegate = { publicKey: otherKey })),
  ofBaker("keys.nextConsensus: added", ({ keys }) => (keys.nextConsensus = { publicKey: otherKey })),
  ofBaker("votes.liquidityBaking", (baker) => (baker.votes = { liquidityBaking: "on" })),
  ofBaker("dal: false -> true", (baker) => (baker.dal = true)),
  ofBaker("peering", (baker) => (baker.peering = "hybrid")),
  ofBaker("signers: reordered", ({ signers }) => signers.reverse()),
  ofBaker("signerPort", (baker) => (baker.signerPort = 8500)),
  ofBaker("authenticationPublicKey", (baker) => (baker.authenticationPublicKey = otherKey)),
  ofBaker("authenticationPublicKey: removed", (baker) => delete baker.authenticationPublicKey),
  ofBaker("diskGiB: larger", (baker) => (baker.diskGiB = 300)),
  ofBaker("resources", (baker) => (baker.resources = { memoryGiB: 13 })),

  { title: "signers: reordered", change: ({ signers }) => signers.reverse() },
  {
    title: "signers: one added",
    change: ({ signers }) =>
      signers.push({ ...signers[2]!, name: "pi-more", sshPort: 58258, sshPublicKey: `${otherSshKey} signer@pi-more` }),
  },
  {
    title: "signers[pi-file]: removed",
    change: ({ signers, bakers }) => {
      signers.pop();
      bakers[1]!.signers.pop();
    },
  },
  ofSigner("sshPublicKey", (signer) => (signer.sshPublicKey = `${otherSshKey} signer@pi-file`)),
  ofSigner("sshPort", (signer) => (signer.sshPort = 58300)),
  ofSigner("port", (signer) => (signer.port = 6742)),
  ofSigner("timeoutSeconds", (signer) => (signer.timeoutSeconds = 0.6)),
  ofSigner("uplinks: renamed", ({ uplinks }) => (uplinks[0]!.name = "eth0")),
  ofSigner("uplinks: metered", ({ uplinks }) => (uplinks[0]!.metered = true)),

  {
    title: "forwarders.count: 2 -> 1",
    change: ({ forwarders }) => Object.assign(forwarders!, { count: 1, addresses: undefined }),
  },
  {
    title: "forwarders.allowedNetworks",
    change: ({ forwarders }) => (forwarders!.allowedNetworks = ["198.51.100.0/24"]),
  },
  { title: "forwarders.hostPublicKey", change: ({ forwarders }) => (forwarders!.hostPublicKey = otherSshKey) },
  { title: "forwarders.addresses", change: ({ forwarders }) => forwarders!.addresses!.reverse() },
  { title: "alerts.emails: one removed", change: ({ alerts }) => alerts!.emails!.pop() },
  { title: "state.bucket", change: ({ state }) => (state!.bucket = "another-bucket") },
];

const otherKeys = { delegate: { publicKey: otherKey } };
