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
    "a baker that no VM has cores for",
    { "bakers[0].resources": { cpu: 4 } },
    baking,
    "has no room for its 1 pod: 5 cores, 14.1 GiB. Each of 2 VMs e2-highmem-4 leaves 3.9 cores, 28.3 GiB.",
  ],
  ["a baker that no VM has memory for", { "bakers[0].resources": { memoryGiB: 28 } }, baking, "has no room"],
  ["more bakers than VMs", { "bakers[1]": second, "bakers[2]": third }, baking, "has no room for its 3 pods"],
  ["more public nodes than fit", { "publicNodes.count": 3 }, "google.pools.public", "has no room for its 3 pods"],
  [
    "a DAL node that finds no room beside public nodes",
    { "bakers[0].dal": true, "dalNodes.resources": { cpu: 2 } },
    "google.pools.public",
    "has no room for its 3 pods",
  ],
])("refuses %s", (_title, changes, path, message) => {
  expect(findingsOf(changes).problems).toEqual([found(path, message)]);
});

test("warns where a lost zone leaves no room for all bakers", () => {
  const { problems, warnings } = findingsOf({ "bakers[1]": second });
  expect(problems).toEqual([]);
  expect(warnings).toContainEqual(found(baking, "has no spare: when a zone is lost"));
  expect(
    findingsOf({ "bakers[1]": second, [`${baking}.vmsPerZone`]: 2 }).warnings.map(({ path }) => path),
  ).not.toContain(baking);
});

test("says nothing of machine types that it doesn't know", () => {
  expect(
    findingsOf({ [`${baking}.machineType`]: "c3-standard-4", "bakers[0].resources": { cpu: 40 } }).problems,
  ).toEqual([]);
});

test("warns of baking in one zone, unless it is small", () => {
  expect(findingsOf({ [`${baking}.zones`]: ["us-central1-f"] }).warnings).toContainEqual(found(baking, "has no spare"));
  expect(findingsOf({ size: "small" }).warnings.map(({ path }) => path)).not.toContain(baking);
});
