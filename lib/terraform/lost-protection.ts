import { type Attributes, list, record } from "./refusals";

/**
 * What a change would give up that keeps a disk, a secret, the cluster or a baker's only copy safe. Nothing is lost by
 * such a change itself, but a later one then can lose it.
 * @param before null for a resource that doesn't exist yet
 * @returns sentences with what to do, without the resource's address; empty if nothing is given up
 */
export function lostProtection(type: string, before: Attributes | null, after: Attributes): string[] {
  return [...deletionProtection(before ?? {}, after), ...(rules[type]?.(before ?? {}, after) ?? [])];
}

/** Kinds of Kubernetes objects that keep a baker from running twice: kubernetes/single-writers.ts. */
const secondBakerGuards = ["ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"];

/** Whether a `kubernetes_manifest` with these attributes is one of those. */
export const isSecondBakerGuard = (attributes: Attributes | null): boolean =>
  secondBakerGuards.includes(String(manifestOf(attributes ?? {})["kind"]));

const rules: Readonly<Record<string, (before: Attributes, after: Attributes) => string[]>> = {
  google_container_node_pool: ({ node_count: from }, { node_count: to }) =>
    to === 0 && from !== 0
      ? ["it would have no VMs, and what runs on them would stop. Set its vmsPerZone to 1 or more."]
      : [],
  google_secret_manager_secret: (before, after) =>
    ["ttl", "expire_time"]
      .filter((name) => isSet(after[name]) && after[name] !== before[name])
      .map((name) => `with ${name}, Google would delete the secret and its versions by itself. Remove ${name}.`),
  kubernetes_manifest: secondBakerGuard,
  kubernetes_persistent_volume_v1: (before, after) =>
    reclaimPolicy(
      specOf(before)["persistent_volume_reclaim_policy"],
      specOf(after)["persistent_volume_reclaim_policy"],
    ),
  kubernetes_stateful_set_v1: replicas,
  kubernetes_storage_class_v1: (before, after) => reclaimPolicy(before["reclaim_policy"], after["reclaim_policy"]),
};

/** The attribute of this name has the same meaning wherever it exists. */
function deletionProtection(before: Attributes, after: Attributes): string[] {
  if (before["deletion_protection"] !== true || after["deletion_protection"] !== false) return [];
  return [
    "it could be deleted afterwards. Set deletion_protection back to true; `npm run destroy` lifts it by itself when a deployment is to go.",
  ];
}

function reclaimPolicy(from: unknown, to: unknown): string[] {
  // What is not known before the apply is missing.
  if (to === undefined || to === "Retain" || (from !== undefined && from !== "Retain")) return [];
  return [`with the reclaim policy ${String(to)}, a disk would be deleted with its claim. Set it back to Retain.`];
}

/** Of a baking pod: of all other pods there may be several. */
function replicas(_: Attributes, after: Attributes): string[] {
  const [metadata] = list(after["metadata"]);
  if (record(metadata?.["labels"])["app.kubernetes.io/name"] !== bakingPodName) return [];
  const wanted = Number(specOf(after)["replicas"] ?? 1);
  if (wanted <= 1) return [];
  return [`${wanted} copies of a baker with the same key can sign twice. Set replicas to 1.`];
}

/** bakingNodeKind of lib/tezos/baking-node-names.ts, from which nothing may be imported here. */
const bakingPodName = "baking-node";

/** An update that leaves it in place without effect. */
function secondBakerGuard(_: Attributes, after: Attributes): string[] {
  const { kind, spec } = manifestOf(after);
  const { failurePolicy, validations, validationActions } = record(spec);
  const what = "it would no longer keep a second copy of a baker from starting.";
  if (kind === "ValidatingAdmissionPolicy") {
    return [
      ...(failurePolicy === "Fail" ? [] : [`${what} Set its failurePolicy to Fail.`]),
      ...(list(validations).length > 0
        ? []
        : [`${what} Set its validations as lib/kubernetes/single-writers.ts does.`]),
    ];
  }
  if (kind !== "ValidatingAdmissionPolicyBinding") return [];
  const denies = Array.isArray(validationActions) && validationActions.includes("Deny");
  return denies ? [] : [`${what} Set its validationActions to Deny.`];
}

const isSet = (value: unknown): boolean => value !== undefined && value !== null && value !== "";
const specOf = (attributes: Attributes): Attributes => list(attributes["spec"])[0] ?? {};
const manifestOf = ({ manifest }: Attributes): Attributes => record(manifest);
