import { stayingOf } from "../../../cli/destroy/staying";
import { forbiddenDeletions, notConfigured } from "../../../cli/destroy/refusals";

const resource = (type: string, values: object) => ({
  address: `${type}.x`,
  mode: "managed" as const,
  type,
  values: { ...values },
});
const state = [
  resource("google_compute_region_disk", { name: "disk", size: 200, description: "Watermarks." }),
  resource("google_compute_disk", { name: "zonal", size: 50 }),
  resource("google_container_cluster", { name: "farm" }),
  resource("google_compute_address", { name: "forwarder", address: "192.0.2.1" }),
  resource("google_secret_manager_secret", { secret_id: "host-key", name: "projects/1/secrets/host-key" }),
];

test("secrets, addresses and disks stay, disks last, with what they cost", () => {
  expect(stayingOf(state).map(({ what, name, cost }) => `${what} ${name}: ${cost}`)).toEqual([
    "secret host-key: some cents a month",
    "address 192.0.2.1 forwarder: about 7 $ a month while nothing uses it",
    "disk of 50 GiB zonal: about 5 $ a month",
    "disk of 200 GiB disk: about 40 $ a month",
  ]);
});

test("a plan that deletes one of them is refused, unless its name was typed", () => {
  const deletion = (type: string) => ({ address: `${type}.x`, type, change: { actions: ["delete"] } });
  const plan = {
    format_version: "1.2",
    planned_values: {},
    resource_changes: state.map(({ type }) => deletion(type)),
  };
  const typed = (address: string) => address === "google_compute_address.x";
  expect(forbiddenDeletions(plan, typed)).toEqual([
    "google_compute_region_disk.x would be deleted, and is to stay.",
    "google_compute_disk.x would be deleted, and is to stay.",
    "google_secret_manager_secret.x would be deleted, and is to stay.",
  ]);
});

test("what stays, but is not in the configuration, with the resource that keeps it from being deleted", () => {
  const keeper = {
    address: 'terraform_data.never-deleted["google_compute_disk.x"]',
    mode: "managed" as const,
    type: "terraform_data",
    values: {},
  };
  const others = ["google_compute_region_disk", "google_compute_address", "google_secret_manager_secret"];
  const stack = { resource: Object.fromEntries(others.map((type) => [type, { x: {} }])) };
  expect(notConfigured(stack, [...state, keeper])).toEqual(["google_compute_disk.x", keeper.address]);
  expect(notConfigured({ resource: { ...stack.resource, google_compute_disk: { x: {} } } }, state)).toEqual([]);
});
