import { readFileSync } from "node:fs";
import { join } from "node:path";
import { forbiddenChanges, resourceChanges } from "../../../lib/terraform/plan";

/** `terraform show -json` of a real plan of google 6.50: a disk renamed, an address and a service account removed. */
const realPlan: unknown = JSON.parse(readFileSync(join(__dirname, "fixtures/replaced-and-deleted.json"), "utf8"));

function plan(...changes: { type: string; actions: string[]; deposed?: string }[]): unknown {
  return {
    format_version: "1.2",
    planned_values: {},
    resource_changes: changes.map(({ type, actions, ...rest }) => ({
      address: `${type}.it`,
      mode: "managed",
      type,
      ...rest,
      change: { actions },
    })),
  };
}

describe("forbiddenChanges", () => {
  test("refuses the replaced disk and the deleted address of a real plan, and nothing else of it", () => {
    expect(forbiddenChanges(realPlan)).toEqual([
      "google_compute_address.forwarder-2 would be deleted: the Raspberry Pis dial this address; each of them must be reconfigured.",
      "google_compute_region_disk.disk-hodl_1 would be replaced: a baker's chain data, high watermarks and nonces are lost.",
    ]);
  });

  test.each([
    ["google_container_cluster"],
    ["google_compute_region_disk"],
    ["google_compute_disk"],
    ["google_compute_address"],
    ["google_compute_global_address"],
    ["google_secret_manager_secret"],
    ["kubernetes_namespace_v1"],
    ["kubernetes_persistent_volume_v1"],
    ["kubernetes_persistent_volume_claim_v1"],
  ])("lists every way to lose a %s", (type) => {
    expect(forbiddenChanges(plan({ type, actions: ["delete"] }))).toHaveLength(1);
    expect(forbiddenChanges(plan({ type, actions: ["delete", "create"] }))).toHaveLength(1);
    expect(forbiddenChanges(plan({ type, actions: ["create", "delete"] }))).toHaveLength(1);
    expect(forbiddenChanges(plan({ type, actions: ["create"] }, { type, actions: ["update"] }))).toEqual([]);
  });

  test("permits deleting and replacing everything else", () => {
    expect(forbiddenChanges(plan({ type: "kubernetes_config_map_v1", actions: ["delete", "create"] }))).toEqual([]);
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
