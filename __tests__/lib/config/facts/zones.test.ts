import { regions, zonesOf } from "../../../../lib/config/facts/zones";

test("knows the zones of regions that don't have a, b and c", () => {
  expect(zonesOf("us-central1")).toEqual(["us-central1-a", "us-central1-b", "us-central1-c", "us-central1-f"]);
  expect(zonesOf("us-east1")).toEqual(["us-east1-b", "us-east1-c", "us-east1-d"]);
  expect(zonesOf("europe-west1")).toEqual(["europe-west1-b", "europe-west1-c", "europe-west1-d"]);
  expect(zonesOf("europe-west99")).toBeUndefined();
  expect(zonesOf("toString")).toBeUndefined();
});

test("every region has a name in Google's form, and three zones or more", () => {
  expect(regions.length).toBeGreaterThan(40);
  for (const region of regions) {
    expect(region).toMatch(/^[a-z]+-[a-z]+\d+$/);
    expect(zonesOf(region)!.length).toBeGreaterThanOrEqual(3);
  }
});
