import { isVolumeOf, stayingOf } from "../../../cli/destroy/staying";
import { elsewhere, forbiddenDeletions, notConfigured } from "../../../cli/destroy/refusals";

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

describe("a deployment of the same name elsewhere", () => {
  const place = { project: "mine", region: "us-central1", location: "us-central1" };
  const own = [
    resource("google_container_cluster", { project: "mine", location: "us-central1" }),
    resource("google_compute_region_disk", { project: "mine", region: "https://google/regions/us-central1" }),
    resource("google_compute_disk", { project: "mine", zone: "us-central1-b" }),
    resource("google_secret_manager_secret", { project: "mine" }),
  ];

  test("is not this one", () => expect(elsewhere(place, own)).toEqual([]));

  test.each(own)("is recognised by the project of $type", (each) => {
    const other = { ...each, values: { ...each.values, project: "other" } };
    expect(elsewhere(place, [other])).toEqual([`${each.address} is in project other, not in mine.`]);
  });

  test("is recognised by its region, zone or location", () => {
    expect(elsewhere({ ...place, location: "us-central1-a" }, own)).toEqual([
      "google_container_cluster.x is in location us-central1, not in us-central1-a.",
    ]);
    expect(elsewhere({ ...place, region: "us-central2" }, own)).toEqual([
      "google_compute_region_disk.x is in region us-central1, not in us-central2.",
      "google_compute_disk.x is in zone us-central1-b, not in a zone of us-central2.",
    ]);
  });
});

test("Kubernetes' own disks are told by their exact namespace, and by the cluster where Google says it", () => {
  const disk = (namespace: string, cluster?: string) => ({
    name: "pvc-1",
    description: `{"kubernetes.io/created-for/pvc/name":"data","kubernetes.io/created-for/pvc/namespace":"${namespace}"}`,
    ...(cluster !== undefined && { labels: { "goog-k8s-cluster-name": cluster } }),
  });
  const own = [disk("farm"), disk("farm", "farm")];
  const others = [disk("farm-two"), disk("my-farm"), disk("farm", "farm-two"), { name: "pvc-2" }];
  expect([...own, ...others].filter((each) => isVolumeOf(each, "farm"))).toEqual(own);
});
