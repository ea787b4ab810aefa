import type { Plan, PlannedResource } from "../../../laboratory/terraform/terraform";
import { filledIn, pretendedState, withoutReferences } from "../../../laboratory/verify/pretended-state";

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

test("references become what Google would have answered", () => {
  const resource = { a: { b: { disk: "${google_compute_region_disk.d.id}", text: "$${HOME}" } } };
  const stack = withoutReferences({ resource, provider: {} }, standIns);
  expect(stack).toEqual({
    resource: { a: { b: { disk: "projects/p/disks/disk", text: "${HOME}" } } },
    output: {},
    provider: {},
  });
});

test("a state has what was planned, and the stand-ins in their places", () => {
  expect(pretendedState(plan(), standIns).resources).toEqual([
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

describe("filled in", () => {
  const filled = (change: object) => {
    const { address, mode, type } = disk;
    const changes = [{ address, mode, type, change }] as unknown as Plan["resource_changes"];
    return filledIn(pretendedState(plan(), standIns), plan(changes)).resources[0]!.instances[0].attributes;
  };

  test("with what an update shows, and with empty lists where only Google knows", () => {
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

  test("with nothing but its reason where it would be replaced", () => {
    const change = { actions: ["delete", "create"], after: { name: "other" }, after_unknown: { id: true } };
    expect(filled({ ...change, replace_paths: [["licenses"]] })).toMatchObject({ name: "disk", licenses: [] });
  });

  test("with nothing where nothing would change", () => {
    expect(filled({ actions: ["no-op"], after: { name: "other" } })).toMatchObject({ name: "disk" });
  });
});
