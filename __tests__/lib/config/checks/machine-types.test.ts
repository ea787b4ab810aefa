import { findingsOf, found } from "../../../support/findings";

const typeOf = (pool: string) => `google.pools.${pool}.machineType`;

test.each([
  [
    "a family without our disks",
    "public",
    "n4-standard-8",
    'can\'t attach disks of type pd-balanced, and all disks here are: n4 takes only Hyperdisks. Did you mean "e2-standard-8"?',
  ],
  ["one of no common size", "system", "c4-standard-24", "c4 takes only Hyperdisks. Use a type of e2, n2 or n2d."],
  [
    "an Arm processor",
    "public",
    "t2a-standard-4",
    'has an Arm processor, for which the images here are not built. Did you mean "e2-standard-4"?',
  ],
  ["an Arm processor without our disks", "public", "c4a-standard-4", "has an Arm processor"],
  [
    "a family without replicated disks",
    "baking",
    "t2d-standard-8",
    "can't attach a disk that is replicated in two zones, and the bakers' disks are: t2d takes only zonal ones",
  ],
  [
    "a custom type that can't be",
    "public",
    "e2-custom-5-16384",
    "is not possible: custom types of e2 have an even number up to 32 vCPUs. Use a type of e2, n2 or n2d.",
  ],
])("refuses %s", (_title, pool, name, message) => {
  expect(findingsOf({ [typeOf(pool)]: name }).problems).toEqual([found(typeOf(pool), message)]);
});

test.each([
  ["public", "t2d-standard-4"],
  ["public", "c3-standard-4"],
  ["baking", "n2-highmem-4"],
  ["baking", "n2d-custom-4-24576"],
])("accepts for %s: %s", (pool, name) => {
  expect(findingsOf({ [typeOf(pool)]: name }).problems).toEqual([]);
});

test("warns about a type that is not known, with the most similar one", () => {
  const warning = (name: string) =>
    findingsOf({ [typeOf("baking")]: name }).warnings.find(({ path }) => path === typeOf("baking"));
  expect(warning("e2-highmen-4")?.message).toBe(
    '"e2-highmen-4" is not a machine type that is known here. Did you mean "e2-highmem-4"?',
  );
  expect(warning("q7-extraordinary-4")?.message).toContain("It must have an x86-64 processor");
  expect(warning("e2-highmem-4")).toBeUndefined();
});
