import { createdPools, diskZones, isTainted } from "../../../../lib/config/facts/pools";
import { exampleConfiguration } from "../../../../laboratory/examples";

const small = "config/shadownet.yaml";

test("the pool public is created only if there are public nodes", () => {
  expect(createdPools(exampleConfiguration())).toEqual(["system", "public", "baking"]);
  expect(createdPools(exampleConfiguration(undefined, small))).toEqual(["system", "baking"]);
  const withPublicNode = exampleConfiguration((input) => (input.publicNodes = { count: 1 }), small);
  expect(createdPools(withPublicNode)).toEqual(["system", "public", "baking"]);
});

test("only the pool system accepts pods without tolerations, such as GKE's own", () => {
  expect(isTainted("system")).toBe(false);
  expect([isTainted("public"), isTainted("baking")]).toEqual([true, true]);
});

test("the pool baking has a spare in a second zone, but not with size small", () => {
  expect(exampleConfiguration().google.pools.baking.zones).toEqual(["us-central1-b", "us-central1-f"]);
  expect(exampleConfiguration(undefined, small).google.pools.baking.zones).toEqual(["us-central1-a"]);
});

describe("zones of a baker's disk", () => {
  test("are two even if the pool baking has only one", () => {
    expect(diskZones(exampleConfiguration(undefined, small))).toEqual(["us-central1-a", "us-central1-b"]);
  });

  test("include those of the pool baking, regardless of the order of google.zones", () => {
    const configuration = exampleConfiguration();
    configuration.google.zones = ["us-central1-a", "us-central1-b", "us-central1-f"];
    configuration.google.pools.baking.zones = ["us-central1-f"];
    expect(diskZones(configuration)).toEqual(["us-central1-a", "us-central1-f"]);
  });

  test("are sorted", () => {
    const reversed = exampleConfiguration((input) => input.google.zones.reverse());
    expect(diskZones(reversed)).toEqual(diskZones(exampleConfiguration()));
  });
});
