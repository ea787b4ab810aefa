import { readFileSync } from "node:fs";
import { join } from "node:path";
import { forbiddenChanges, resourceChanges } from "../../../lib/terraform/plan";

/** `terraform show -json` of a real plan of google 6.50: a disk renamed, an address and a service account removed. */
const realPlan: unknown = JSON.parse(readFileSync(join(__dirname, "fixtures/replaced-and-deleted.json"), "utf8"));

interface Planned {
  type: string;
  actions: string[];
  deposed?: string;
  action_reason?: string;
  before?: object;
  after?: object;
  replace_paths?: (string | number)[][];
}

function plan(...changes: Planned[]): unknown {
  return {
    format_version: "1.2",
    planned_values: {},
    resource_changes: changes.map(({ type, actions, before, after, replace_paths, ...rest }) => ({
      address: `${type}.it`,
      mode: "managed",
      type,
      ...rest,
      change: { actions, before, after, replace_paths },
    })),
  };
}

describe("forbiddenChanges", () => {
  test("refuses the replaced disk and the deleted address of a real plan, and nothing else of it", () => {
    expect(forbiddenChanges(realPlan)).toEqual([
      "google_compute_address.forwarder-2 would be deleted: the Raspberry Pis dial this address; each of them must be reconfigured.",
      "google_compute_region_disk.disk-hodl_1 would be replaced, because name changes from hodl-farm-baker-hodl to renamed: a baker's chain data, high watermarks and nonces are lost.",
    ]);
  });

  test.each([
    ["google_container_cluster"],
    ["google_container_node_pool"],
    ["google_compute_network"],
    ["google_compute_subnetwork"],
    ["google_compute_region_disk"],
    ["google_compute_disk"],
    ["google_compute_address"],
    ["google_compute_global_address"],
    ["google_secret_manager_secret"],
    ["google_artifact_registry_repository"],
    ["kubernetes_namespace_v1"],
    ["kubernetes_persistent_volume_v1"],
    ["kubernetes_persistent_volume_claim_v1"],
  ])("lists every way to lose a %s", (type) => {
    expect(forbiddenChanges(plan({ type, actions: ["delete"] }))).toHaveLength(1);
    expect(forbiddenChanges(plan({ type, actions: ["delete", "create"] }))).toHaveLength(1);
    expect(forbiddenChanges(plan({ type, actions: ["create", "delete"] }))).toHaveLength(1);
    expect(forbiddenChanges(plan({ type, actions: ["create"] }, { type, actions: ["update"] }))).toEqual([]);
  });

  test("refuses a change of size from small to full, which would replace the cluster and the bakers' disks", () => {
    const location = (value: string) => ({ name: "farm", location: value });
    expect(
      forbiddenChanges(
        plan(
          {
            type: "google_container_cluster",
            actions: ["delete", "create"],
            before: location("us-central1-a"),
            after: location("us-central1"),
            replace_paths: [["location"]],
          },
          { type: "google_compute_disk", actions: ["delete"] },
          { type: "google_compute_region_disk", actions: ["create"] },
        ),
      ),
    ).toEqual([
      "google_container_cluster.it would be replaced, because location changes from us-central1-a to us-central1: everything that runs on it stops.",
      "google_compute_disk.it would be deleted: a baker's chain data, high watermarks and nonces are lost.",
    ]);
  });

  test("permits deleting and replacing everything else", () => {
    expect(forbiddenChanges(plan({ type: "kubernetes_config_map_v1", actions: ["delete", "create"] }))).toEqual([]);
  });

  test("says which attributes force a replacement, with their values if they are known", () => {
    const [pool, cluster, subnetwork] = forbiddenChanges(
      plan(
        {
          type: "google_container_node_pool",
          actions: ["delete", "create"],
          before: { max_pods_per_node: 32, cluster: "farm" },
          after: { max_pods_per_node: 64 },
          replace_paths: [["max_pods_per_node"], ["cluster"]],
        },
        { type: "google_container_cluster", actions: ["delete", "create"] },
        {
          type: "google_compute_subnetwork",
          actions: ["delete", "create"],
          before: { network: "farm" },
          after: {},
          replace_paths: [["network"], ["log_config", 0, "metadata"]],
        },
      ),
    );
    expect(pool).toBe(
      "google_container_node_pool.it would be replaced, because max_pods_per_node changes from 32 to 64: " +
        "all its VMs go at once, and what runs on them stops. " +
        '"Replacing a node pool" in docs/deploy.md shows how to do it.',
    );
    expect(cluster).toBe("google_container_cluster.it would be replaced: everything that runs on it stops.");
    expect(subnetwork).toBe(
      "google_compute_subnetwork.it would be replaced, because network changes and log_config.0.metadata changes: " +
        "the cluster and its VMs are in it.",
    );
  });

  test("tells what to do with a resource whose creation failed", () => {
    const [sentence] = forbiddenChanges(
      plan({
        type: "google_container_cluster",
        actions: ["delete", "create"],
        action_reason: "replace_because_tainted",
      }),
    );
    expect(sentence).toBe(
      "google_container_cluster.it would be replaced, because it was not created completely. " +
        "If it works, keep it: `terraform -chdir=cdktf.out/stacks/platform untaint google_container_cluster.it`. " +
        "If not, delete it by hand, then: `terraform -chdir=cdktf.out/stacks/platform state rm google_container_cluster.it`.",
    );
  });

  const policy = (kind: string, spec: object = {}) => ({ manifest: { kind, metadata: { name: "it" }, spec } });

  test.each(["ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"])(
    "lists every way to lose a %s",
    (kind) => {
      const type = "kubernetes_manifest";
      const before = policy(kind);
      const after = policy(kind, { failurePolicy: "Fail", validations: [{}], validationActions: ["Deny"] });
      const sentence = /^kubernetes_manifest\.it would be (deleted|replaced): a second copy of a baker could start/;
      for (const actions of [["delete"], ["delete", "create"], ["create", "delete"]]) {
        const planned = { type, actions, before, ...(actions.length > 1 && { after }) };
        expect(forbiddenChanges(plan(planned))).toEqual([expect.stringMatching(sentence)]);
      }
      expect(forbiddenChanges(plan({ type, actions: ["update"], before, after }))).toEqual([]);
      expect(forbiddenChanges(plan({ type, actions: ["delete"], before: policy("PodMonitoring") }))).toEqual([]);
    },
  );

  test("refuses a change that gives up a protection, also of a resource that is created", () => {
    const type = "kubernetes_manifest";
    const after = policy("ValidatingAdmissionPolicyBinding", { validationActions: ["Audit"] });
    const sentence =
      "kubernetes_manifest.it would lose a protection: it would no longer keep a second copy of a baker from starting. Set its validationActions to Deny.";
    expect(forbiddenChanges(plan({ type, actions: ["update"], before: after, after }))).toEqual([sentence]);
    expect(forbiddenChanges(plan({ type, actions: ["create"], after }))).toEqual([sentence]);
  });

  test("names a deposed object", () => {
    const [sentence] = forbiddenChanges(
      plan({ type: "google_compute_region_disk", actions: ["delete"], deposed: "1f9a2b3c" }),
    );
    expect(sentence).toMatch(/^google_compute_region_disk\.it \(deposed object 1f9a2b3c\) would be deleted/);
  });

  test.each([
    ["nothing", undefined],
    ["a state", { format_version: "1.0", values: {} }],
    ["a future format", { ...(plan() as object), format_version: "2.0" }],
    ["a plan that Terraform could not complete", { ...(plan() as object), errored: true }],
    [
      "a plan with deferred changes",
      { ...(plan() as object), deferred_changes: [{ reason: "provider_config_unknown" }] },
    ],
    ["a change without actions", { ...(plan() as object), resource_changes: [{ address: "a.b", type: "a" }] }],
  ])("rejects what it can't read: %s", (_, value) => {
    expect(() => forbiddenChanges(value)).toThrow();
  });
});

test("resourceChanges omits no-ops and reads", () => {
  const changes = resourceChanges(
    plan({ type: "a", actions: ["no-op"] }, { type: "b", actions: ["read"] }, { type: "c", actions: ["update"] }),
  );
  expect(changes.map(({ type }) => type)).toEqual(["c"]);
});
