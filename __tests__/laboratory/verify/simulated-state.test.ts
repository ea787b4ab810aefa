import type { Plan, PlannedResource } from "../../../laboratory/terraform/terraform";
import { withComputedValues, simulatedState, resolveReferences } from "../../../laboratory/verify/simulated-state";

const disk: PlannedResource = {
  address: "google_compute_region_disk.d",
  mode: "managed",
  type: "google_compute_region_disk",
  name: "d",
  provider_name: "registry.terraform.io/hashicorp/google",
  schema_version: 2,
  values: { name: "disk", size: 10 },
  sensitive_values: { keys: [{ raw: true }] },
};
const plan = (resource_changes: Plan["resource_changes"] = []): Plan => ({
  planned_values: { root_module: { resources: [disk] } },
  resource_changes,
});
const standIns = {
  "google_compute_region_disk.d.id": "projects/p/disks/disk",
  "google_compute_region_disk.d.status[0].endpoint": "here",
};

test("references are replaced by the values that Google would return", () => {
  const resource = { a: { b: { disk: "${google_compute_region_disk.d.id}", text: "$${HOME}" } } };
  const stack = resolveReferences({ resource, provider: {} }, standIns);
  expect(stack).toEqual({
    resource: { a: { b: { disk: "projects/p/disks/disk", text: "${HOME}" } } },
    output: {},
    provider: {},
  });
});

test("a state contains the planned values and the stand-ins", () => {
  expect(simulatedState(plan(), standIns).resources).toEqual([
    {
      mode: "managed",
      type: "google_compute_region_disk",
      name: "d",
      provider: 'provider["registry.terraform.io/hashicorp/google"]',
      instances: [
        {
          schema_version: 2,
          attributes: { id: "projects/p/disks/disk", name: "disk", size: 10, status: [{ endpoint: "here" }] },
          sensitive_attributes: [
            [
              { type: "get_attr", value: "keys" },
              { type: "index", value: { value: 0, type: "number" } },
              { type: "get_attr", value: "raw" },
            ],
          ],
        },
      ],
    },
  ]);
});

describe("computed values", () => {
  const filled = (change: object) => {
    const { address, mode, type } = disk;
    const changes = [{ address, mode, type, change }] as unknown as Plan["resource_changes"];
    return withComputedValues(simulatedState(plan(), standIns), plan(changes)).resources[0]!.instances[0].attributes;
  };

  test("come from an update, or are empty lists if only Google knows them", () => {
    const after = { name: "disk", size: 10, zeros: 0 };
    const unknown = { users: true, effective_annotations: true, block: [{ inner: true }] };
    expect(filled({ actions: ["update"], after, after_unknown: unknown })).toEqual({
      id: "projects/p/disks/disk",
      status: [{ endpoint: "here" }],
      ...after,
      users: [],
      effective_annotations: {},
    });
  });

  test("only include the reason for a replacement", () => {
    const change = { actions: ["delete", "create"], after: { name: "other" }, after_unknown: { id: true } };
    expect(filled({ ...change, replace_paths: [["licenses"]] })).toMatchObject({ name: "disk", licenses: [] });
  });

  test("are not needed if nothing would change", () => {
    expect(filled({ actions: ["no-op"], after: { name: "other" } })).toMatchObject({ name: "disk" });
  });
});
