import { complete } from "../../../lib/config/complete";
import { exampleConfiguration } from "../../../laboratory/examples";

test("the sizes differ in their numbers of nodes, forwarders and VMs", () => {
  const full = exampleConfiguration();
  const small = exampleConfiguration(undefined, "config/shadownet.yaml");
  const numbers = ({ publicNodes, forwarders, google }: typeof full) => [
    publicNodes.count,
    forwarders.count,
    google.pools.baking.zones.length * google.pools.baking.vmsPerZone,
  ];
  expect(numbers(full)).toEqual([2, 2, 2]);
  expect(numbers(small)).toEqual([0, 1, 1]);
});

test("each field of a size can be set by itself; a list replaces a list", () => {
  const { google, publicNodes } = exampleConfiguration((input) => {
    input.size = "small";
    delete input.forwarders;
    input.google.pools = {
      baking: { zones: ["us-central1-f"], machineType: "n2-highmem-4" },
      system: { vmsPerZone: 2 },
    };
    input.publicNodes = { count: 1 };
  });
  expect(google.pools.baking).toEqual({
    zones: ["us-central1-f"],
    machineType: "n2-highmem-4",
    vmsPerZone: 1,
    bootDiskGiB: 50,
  });
  expect(google.pools.system.vmsPerZone).toBe(2);
  expect(publicNodes).toEqual({ count: 1, diskGiB: 200, resources: { cpu: 2, memoryGiB: 10 } });
});

test("does not complete what was written but can't be read, nor by a size that can't be read", () => {
  const pools = { system: { machineType: undefined }, public: undefined, baking: {} };
  const written = {
    google: { zones: ["a", "b", "c"], pools },
    publicNodes: undefined,
    forwarders: { count: undefined },
  };
  expect(complete({ ...written, size: "full" as const })).toEqual({
    size: "full",
    google: {
      zones: ["a", "b", "c"],
      pools: {
        system: { machineType: undefined, vmsPerZone: 1, zones: ["a", "b", "c"] },
        public: undefined,
        baking: { machineType: "e2-highmem-4", vmsPerZone: 1, zones: ["a", "b"] },
      },
    },
    publicNodes: undefined,
    forwarders: { count: undefined },
  });
  expect(complete({ ...written, size: undefined })).toEqual({ ...written, size: undefined });
});

test("does not spread pools over too few zones", () => {
  const written = { size: "full" as const, google: { zones: ["a"], pools: { system: {}, public: {}, baking: {} } } };
  expect(complete(written).google!.pools!.system!.zones).toBeUndefined();
});
