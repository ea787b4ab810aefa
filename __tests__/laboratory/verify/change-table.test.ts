import type { PlannedChange } from "../../../laboratory/terraform/terraform";
import { changeTable, resourcesByVerb, type Row, shortAddress } from "../../../laboratory/verify/change-table";

const planned = (address: string, ...actions: string[]): PlannedChange => ({
  address,
  mode: "managed",
  type: address.split(".")[0]!,
  change: { actions, after: null },
});
const row = (changes: PlannedChange[], refuses: Partial<Row["stacks"]["baker"]> = {}) => ({
  planned: changes,
  terraformRefuses: false,
  guardRefuses: [],
  ...refuses,
});

test("lists what each change does to which resource, and what is refused", () => {
  const disk = "google_compute_region_disk.disk-a_0123ABCD";
  const platform = row([planned(disk, "delete", "create"), planned("google_compute_network.n", "no-op")], {
    terraformRefuses: true,
    guardRefuses: [disk],
  });
  const nine = Array.from({ length: 9 }, (_, index) => planned(`kubernetes_config_map_v1.c${index}`, "update"));
  const baker = row([planned("kubernetes_service_v1.b_0123ABCD", "create"), ...nine]);
  expect(changeTable([{ title: "name", stacks: { platform, baker } }])).toBe(`name
  platform: 1 replaced, 1 untouched
    replaced  google_compute_region_disk.disk-a
    REFUSED by Terraform itself
    REFUSED by the guard: google_compute_region_disk.disk-a
  baker: 1 created, 9 updated
    created   kubernetes_service_v1.b
    updated   9 kubernetes_config_map_v1
`);
});

test("recognises replacements in either order, and ignores data sources", () => {
  const data = { ...planned("data.terraform_remote_state.p", "read"), mode: "data" as const };
  const changes = [planned("a.a", "create", "delete"), planned("a.b", "delete", "create"), data];
  expect(resourcesByVerb(changes)).toMatchObject({ replaced: ["a.a", "a.b"], created: [], deleted: [] });
});

test("rejects an unknown action", () => {
  expect(() => resourcesByVerb([planned("a.a", "forget")])).toThrow("unknown action forget");
});

test("removes the hash of the path from an address", () => {
  expect(shortAddress("google_compute_address.forwarder-1_CBBA323B")).toBe("google_compute_address.forwarder-1");
  expect(shortAddress("google_compute_address.forwarder_1")).toBe("google_compute_address.forwarder_1");
});
