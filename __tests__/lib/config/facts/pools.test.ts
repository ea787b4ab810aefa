import {
  clusterLocation,
  createdPools,
  diskZones,
  hasOwnAddresses,
  isTainted,
} from "../../../../lib/config/facts/pools";
import { poolNames } from "../../../../lib/config/schema/google";
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

test("the cluster is in the region, or with size small in the zone that bakes", () => {
  expect(clusterLocation(exampleConfiguration())).toBe("us-central1");
  expect(clusterLocation(exampleConfiguration(undefined, small))).toBe("us-central1-a");
  const elsewhere = exampleConfiguration((input) => {
    input.google.zones = ["us-central1-a", "us-central1-c"];
    input.google.pools = { baking: { zones: ["us-central1-c"] } };
  }, small);
  expect([clusterLocation(elsewhere), ...diskZones(elsewhere)]).toEqual(["us-central1-c", "us-central1-c"]);
});

test("only VMs of the pool public have addresses of their own, and only if a baker has a DAL node", () => {
  const owners = (dal: boolean) =>
    poolNames.filter((pool) => hasOwnAddresses(pool, { bakers: [{ dal: false }, { dal }] }));
  expect([owners(false), owners(true)]).toEqual([[], ["public"]]);
});

describe("zones of a baker's disk", () => {
  test("are two even if the pool baking has only one", () => {
    const oneZone = exampleConfiguration((input) => (input.google.pools = { baking: { zones: ["us-central1-b"] } }));
    expect(diskZones(oneZone)).toEqual(["us-central1-b", "us-central1-f"]);
  });

  test("are one with size small", () => {
    expect(diskZones(exampleConfiguration(undefined, small))).toEqual(["us-central1-a"]);
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
