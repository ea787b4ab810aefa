import { createdPools, diskZones, isTainted } from "../../../../lib/config/facts/pools";
import { exampleConfiguration } from "../../../../laboratory/examples";

const small = "config/shadownet.yaml";

test("the public pool exists where there are public nodes", () => {
  expect(createdPools(exampleConfiguration())).toEqual(["system", "public", "baking"]);
  expect(createdPools(exampleConfiguration(undefined, small))).toEqual(["system", "baking"]);
  const withPublicNode = exampleConfiguration((input) => (input.publicNodes = { count: 1 }), small);
  expect(createdPools(withPublicNode)).toEqual(["system", "public", "baking"]);
});

test("only the system pool takes pods that tolerate nothing, as GKE's own do", () => {
  expect(isTainted("system")).toBe(false);
  expect([isTainted("public"), isTainted("baking")]).toEqual([true, true]);
});

test("the baking pool has its spare in a second zone, with size small it has none", () => {
  expect(exampleConfiguration().google.pools.baking.zones).toEqual(["us-central1-b", "us-central1-f"]);
  expect(exampleConfiguration(undefined, small).google.pools.baking.zones).toEqual(["us-central1-a"]);
});

describe("zones of a baker's disk", () => {
  test("are two also where the baking pool has one", () => {
    expect(diskZones(exampleConfiguration(undefined, small))).toEqual(["us-central1-a", "us-central1-b"]);
  });

  test("include the baking pool's, whatever comes first in google.zones", () => {
    const configuration = exampleConfiguration();
    configuration.google.zones = ["us-central1-a", "us-central1-b", "us-central1-f"];
    configuration.google.pools.baking.zones = ["us-central1-f"];
    expect(diskZones(configuration)).toEqual(["us-central1-a", "us-central1-f"]);
  });

  test("stay in one order", () => {
    const reversed = exampleConfiguration((input) => input.google.zones.reverse());
    expect(diskZones(reversed)).toEqual(diskZones(exampleConfiguration()));
  });
});
