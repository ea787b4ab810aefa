import { lostProtection } from "../../../lib/terraform/lost-protection";
import type { Attributes } from "../../../lib/terraform/refusals";
import { bakingNodeKind } from "../../../lib/tezos/baking-node-names";

const statefulSet = (replicas: string, kind = bakingNodeKind) => ({
  metadata: [{ labels: { "app.kubernetes.io/name": kind } }],
  spec: [{ replicas }],
});
const volume = (policy: string) => ({ spec: [{ persistent_volume_reclaim_policy: policy }] });
const manifest = (kind: string, spec: object) => ({ manifest: { kind, spec } });
const rule = { expression: "true" };

test.each<[what: string, type: string, before: Attributes | null, after: Attributes, sentence: string]>([
  [
    "two copies of a baker",
    "kubernetes_stateful_set_v1",
    statefulSet("1"),
    statefulSet("2"),
    "2 copies of a baker with the same key can sign twice. Set replicas to 1.",
  ],
  [
    "two copies of a new baker",
    "kubernetes_stateful_set_v1",
    null,
    statefulSet("2"),
    "2 copies of a baker with the same key can sign twice. Set replicas to 1.",
  ],
  [
    "a volume whose disk goes with its claim",
    "kubernetes_persistent_volume_v1",
    volume("Retain"),
    volume("Delete"),
    "with the reclaim policy Delete, a disk would be deleted with its claim. Set it back to Retain.",
  ],
  [
    "a class whose disks go with their claims",
    "kubernetes_storage_class_v1",
    { reclaim_policy: "Retain" },
    { reclaim_policy: "Delete" },
    "with the reclaim policy Delete, a disk would be deleted with its claim. Set it back to Retain.",
  ],
  [
    "a cluster that can be deleted",
    "google_container_cluster",
    { deletion_protection: true },
    { deletion_protection: false },
    "it could be deleted afterwards. Set deletion_protection back to true; `npm run destroy` lifts it by itself when a deployment is to go.",
  ],
  [
    "a pool without VMs",
    "google_container_node_pool",
    { node_count: 1 },
    { node_count: 0 },
    "it would have no VMs, and what runs on them would stop. Set its vmsPerZone to 1 or more.",
  ],
  ...["ttl", "expire_time"].map((name): [string, string, Attributes, Attributes, string] => [
    `a secret with ${name}`,
    "google_secret_manager_secret",
    { [name]: name === "ttl" ? null : "" },
    { [name]: "3600s" },
    `with ${name}, Google would delete the secret and its versions by itself. Remove ${name}.`,
  ]),
  [
    "a policy that passes what it can't evaluate",
    "kubernetes_manifest",
    manifest("ValidatingAdmissionPolicy", { failurePolicy: "Fail", validations: [rule] }),
    manifest("ValidatingAdmissionPolicy", { failurePolicy: "Ignore", validations: [rule] }),
    "it would no longer keep a second copy of a baker from starting. Set its failurePolicy to Fail.",
  ],
  [
    "a policy without rules",
    "kubernetes_manifest",
    manifest("ValidatingAdmissionPolicy", { failurePolicy: "Fail", validations: [rule] }),
    manifest("ValidatingAdmissionPolicy", { failurePolicy: "Fail", validations: [] }),
    "it would no longer keep a second copy of a baker from starting. Set its validations as lib/kubernetes/single-writers.ts does.",
  ],
])("refused, with the way back: %s", (_, type, before, after, sentence) => {
  expect(lostProtection(type, before, after)).toEqual([sentence]);
});

test.each<[what: string, type: string, before: Attributes | null, after: Attributes]>([
  ["one copy of a baker, or none", "kubernetes_stateful_set_v1", statefulSet("1"), statefulSet("0")],
  ["more public nodes", "kubernetes_stateful_set_v1", statefulSet("1", "public-node"), statefulSet("3", "public-node")],
  ["a volume that is kept", "kubernetes_persistent_volume_v1", volume("Delete"), volume("Retain")],
  ["a new cluster with protection", "google_container_cluster", null, { deletion_protection: true }],
  ["a smaller pool", "google_container_node_pool", { node_count: 2 }, { node_count: 1 }],
  ["a secret that lasts", "google_secret_manager_secret", { ttl: null }, { ttl: null, expire_time: "" }],
  ["another manifest", "kubernetes_manifest", null, manifest("PodMonitoring", {})],
])("permitted: %s", (_, type, before, after) => {
  expect(lostProtection(type, before, after)).toEqual([]);
});
