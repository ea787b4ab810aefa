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
    "has no room for its pod (5 cores, 14.1 GiB): each of its 2 VMs of type e2-highmem-4 has 3.9 cores, 28.3 GiB for pods.",
  ],
  ["a baker that needs more memory than a VM has", { "bakers[0].resources": { memoryGiB: 28 } }, baking, "has no room"],
  ["more bakers than VMs", { "bakers[1]": second, "bakers[2]": third }, baking, "has no room for its 3 pods"],
  ["more public nodes than fit", { "publicNodes.count": 3 }, "google.pools.public", "has no room for its 3 pods"],
  [
    "a DAL node without room next to the public nodes",
    { "bakers[0].dal": true, "dalNodes.resources": { cpu: 2 } },
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
