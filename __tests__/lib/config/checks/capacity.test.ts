import { podsLeft } from "../../../../lib/config/facts/machines";
import { exampleInput } from "../../../../laboratory/examples";
import { findingsOf, found } from "../../../support/findings";

const baking = "google.pools.baking";
const second = {
  ...exampleInput().bakers[0],
  name: "second",
  keys: { delegate: { publicKey: "edpkuVXoMUi7rgsYat2KQQwLjGWjQo6jFxVR7wAED1dKWGbs4Vhrnn" } },
  signerPort: 8446,
};
const third = {
  ...second,
  name: "third",
  keys: { delegate: { publicKey: "edpkuQ1t4Y151rw239oRrKggqebaytB7SCAU9dwSjA8xYzpFN4xorX" } },
  signerPort: 8447,
};

test.each([
  [
    "a baker that needs more cores than a VM has",
    { "bakers[0].resources": { cpu: 4 } },
    baking,
    "has no room for its pod (5 cores, 14.1 GiB): each of its 2 VMs of type e2-custom-4-20480 has 3.4 cores, 15.6 GiB for them, besides what GKE takes. Choose a larger machineType, more vmsPerZone, or smaller resources.",
  ],
  ["a baker that needs more memory than a VM has", { "bakers[0].resources": { memoryGiB: 28 } }, baking, "has no room"],
  ["more bakers than VMs", { "bakers[1]": second, "bakers[2]": third }, baking, "has no room for its 3 pods"],
  [
    "more public nodes than fit",
    { "publicNodes.count": 3, "google.pools.public.vmsPerZone": 1 },
    "google.pools.public",
    "has no room for its 3 pods",
  ],
  [
    "a DAL node without room next to the public nodes",
    { "bakers[0].dal": true, "google.pools.public.machineType": "e2-custom-2-14336" },
    "google.pools.public",
    "has no room for its 3 pods",
  ],
])("refuses %s", (_title, changes, path, message) => {
  expect(findingsOf(changes).problems).toEqual([found(path, message)]);
});

test("warns if there is not enough room for all bakers after a zone has been lost", () => {
  const { problems, warnings } = findingsOf({ "bakers[1]": second });
  expect(problems).toEqual([]);
  expect(warnings).toContainEqual(found(baking, "has no spare: when a zone is lost"));
  expect(
    findingsOf({ "bakers[1]": second, [`${baking}.vmsPerZone`]: 2 }).warnings.map(({ path }) => path),
  ).not.toContain(baking);
});

test("does not check unknown machine types", () => {
  expect(
    findingsOf({ [`${baking}.machineType`]: "x9-standard-4", "bakers[0].resources": { cpu: 40 } }).problems,
  ).toEqual([]);
});

test("warns about baking in one zone, unless size is small", () => {
  expect(findingsOf({ [`${baking}.zones`]: ["us-central1-f"] }).warnings).toContainEqual(found(baking, "has no spare"));
  expect(findingsOf({ size: "small" }).warnings.map(({ path }) => path)).not.toContain(baking);
});

const system = "google.pools.system";

test.each(["e2-medium", "e2-custom-2-2048", "e2-highcpu-2"])(
  "refuses %s for the pool system: GKE's own pods and a forwarder don't fit",
  (machineType) => {
    const { problems } = findingsOf({ [`${system}.machineType`]: machineType }, "config/shadownet.yaml");
    expect(problems).toEqual([found(system, "for the forwarders and GKE's own pods, such as cluster DNS")]);
  },
);

test("warns if a lost zone leaves no room for GKE's own pods, unless size is small", () => {
  const zones = ["us-central1-f"];
  const changes = { [`${system}.zones`]: zones, [`${system}.vmsPerZone`]: 2 };
  expect(findingsOf(changes).warnings).toContainEqual(found(system, "has no spare"));
  expect(findingsOf({}, "config/shadownet.yaml").warnings.map(({ path }) => path)).not.toContain(system);
});

test.each([
  ["full", {}],
  ["full with DAL nodes", { "bakers[0].dal": true }],
  ["small", { size: "small", publicNodes: undefined, forwarders: { count: 1, addresses: ["34.1.2.3"] } }],
])("the default machine types of size %s have room", (_title, changes) => {
  expect(findingsOf(changes).problems).toEqual([]);
});

test("refuses a podsPerNode that leaves too few places beside GKE's own pods, and names one that is accepted", () => {
  for (const file of ["config/hodl-farm.yaml", "config/shadownet.yaml"]) {
    const [problem] = findingsOf({ "google.podsPerNode": 8 }, file).problems;
    expect(problem).toEqual(found("google.podsPerNode", "GKE itself runs 10 on each VM. Set it to "));
    const least = Number(/Set it to (\d+) or more/.exec(problem!.message)![1]);
    expect(findingsOf({ "google.podsPerNode": least }, file).problems).toEqual([]);
    expect(findingsOf({ "google.podsPerNode": least - 1 }, file).problems).toHaveLength(1);
  }
});

test("counts the pre-pull of images and its check in the pool baking", () => {
  expect(podsLeft(32, "public") - podsLeft(32, "baking")).toBe(2);
});
