import { findingsOf, found } from "../../../support/findings";

const wide = { "google.podsPerNode": 16, "google.ranges.pods": "10.64.0.0/16" };

test("refuses more VMs than can share the address of Cloud NAT", () => {
  expect(findingsOf({ ...wide, "google.pools.system.vmsPerZone": 40 }).problems).toEqual([
    found(
      "google.pools",
      "have 86 VMs (84 VMs and 2 more during upgrades), but the address of Cloud NAT has ports for 63, 1024 each. Lower vmsPerZone.",
    ),
  ]);
});

test("accepts as many as can", () => {
  expect(findingsOf({ ...wide, "google.pools.system.vmsPerZone": 28 }).problems).toEqual([]);
});
