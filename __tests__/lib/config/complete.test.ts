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
    bootDiskGiB: 30,
  });
  expect(google.pools.system.vmsPerZone).toBe(2);
  expect(publicNodes).toEqual({ count: 1, diskGiB: 100, resources: { cpu: 1.25, memoryGiB: 10 } });
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
        system: { machineType: undefined, vmsPerZone: 1, bootDiskGiB: 20, zones: ["a", "b", "c"] },
        public: undefined,
        baking: { machineType: "e2-custom-4-20480", vmsPerZone: 1, bootDiskGiB: 30, zones: ["a", "b"] },
      },
    },
    publicNodes: undefined,
    forwarders: { count: undefined },
  });
  expect(complete({ ...written, size: undefined })).toEqual({ ...written, size: undefined });
});

test("the disks' default size depends on the network and on what a node keeps of the chain", () => {
  const sizes = (network: string, historyMode: "rolling" | "full" | "archive") => {
    const { bakers, publicNodes } = exampleConfiguration((input) => {
      input.tezos = { network, historyMode, snapshot: { enabled: false } };
    });
    return [bakers[0]!.diskGiB, publicNodes.diskGiB];
  };
  expect(sizes("mainnet", "rolling")).toEqual([100, 100]);
  expect(sizes("mainnet", "archive")).toEqual([1500, 1500]);
  expect(sizes("shadownet", "rolling")).toEqual([50, 50]);
  expect(sizes("https://teztnets.com/weeklynet", "full")).toEqual([100, 100]);
});

test("a DAL node gets a VM with room for it beside a public node", () => {
  const machineType = (dal: boolean) =>
    exampleConfiguration((input) => (input.bakers[0]!.dal = dal)).google.pools.public.machineType;
  expect([machineType(false), machineType(true)]).toEqual(["e2-custom-2-14336", "e2-custom-4-17408"]);
});

test("there are VMs for all forwarders and public nodes, in however many zones", () => {
  const vmsPerZone = (size: "full" | "small", count: number) => {
    const { pools } = exampleConfiguration((input) => {
      input.size = size;
      input.forwarders = { count };
      input.publicNodes = { count };
    }).google;
    return [pools.system.vmsPerZone, pools.public.vmsPerZone, pools.baking.vmsPerZone];
  };
  expect([vmsPerZone("full", 2), vmsPerZone("full", 3), vmsPerZone("small", 2)]).toEqual([
    [1, 1, 1],
    [2, 2, 1],
    [2, 2, 1],
  ]);
});

test("octez-node's default memory depends on the size", () => {
  const small = exampleConfiguration(undefined, "config/shadownet.yaml");
  expect([exampleConfiguration(), small].map(({ bakers }) => bakers[0]!.resources)).toEqual([
    { cpu: 2, memoryGiB: 12 },
    { cpu: 2, memoryGiB: 10 },
  ]);
});

test("does not spread pools over too few zones", () => {
  const written = { size: "full" as const, google: { zones: ["a"], pools: { system: {}, public: {}, baking: {} } } };
  expect(complete(written).google!.pools!.system!.zones).toBeUndefined();
});
