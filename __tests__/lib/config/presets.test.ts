import { withPreset } from "../../../lib/config/presets";
import { exampleConfiguration } from "../../../laboratory/examples";

test("the sizes differ in what they promise", () => {
  const full = exampleConfiguration();
  const small = exampleConfiguration(undefined, "config/shadownet.yaml");
  const numbers = ({ publicNodes, forwarders, google }: typeof full) => [
    publicNodes.count,
    forwarders.count,
    google.pools.baking.zones!.length * google.pools.baking.vmsPerZone,
  ];
  expect(numbers(full)).toEqual([2, 2, 2]);
  expect(numbers(small)).toEqual([0, 1, 1]);
});

test("every part of a preset can be set by itself; a list replaces a list", () => {
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

test("leaves alone what is no configuration", () => {
  expect(withPreset("text")).toBe("text");
  expect(withPreset(null)).toBeNull();
});
