import {
  customTypeFault,
  machineFamily,
  machineType,
  machineTypeNames,
} from "../../../../lib/config/facts/machine-types";

// https://cloud.google.com/compute/docs/general-purpose-machines
test.each([
  ["e2-standard-4", { family: "e2", cpu: 4, memoryGiB: 16 }],
  ["e2-highmem-2", { family: "e2", cpu: 2, memoryGiB: 16 }],
  ["e2-medium", { family: "e2", cpu: 2, memoryGiB: 4, sharedCore: true }],
  ["e2-custom-4-20480", { family: "e2", cpu: 4, memoryGiB: 20 }],
  ["n1-standard-1", { family: "n1", cpu: 1, memoryGiB: 3.75 }],
  ["custom-4-16384", { family: "n1", cpu: 4, memoryGiB: 16 }],
  ["n2-highmem-128", { family: "n2", cpu: 128, memoryGiB: 864 }],
  ["n2-custom-2-32768-ext", { family: "n2", cpu: 2, memoryGiB: 32 }],
  ["n2d-highcpu-224", { family: "n2d", cpu: 224, memoryGiB: 224 }],
  ["t2d-standard-60", { family: "t2d", cpu: 60, memoryGiB: 240 }],
  ["c3-highmem-22", { family: "c3", cpu: 22, memoryGiB: 176 }],
  ["c3d-highcpu-30", { family: "c3d", cpu: 30, memoryGiB: 59 }],
])("knows the cores and the memory of %s", (name, type) => {
  expect(machineType(name)).toEqual(type);
});

test.each(["e2-highmen-4", "e2-highmem-32", "n4-standard-8", "t2a-standard-4", "toString", "constructor-4", "e2", ""])(
  "knows no usable machine type %j",
  (name) => {
    expect(machineType(name)).toBeUndefined();
  },
);

test.each([
  ["e2-custom-3-8192", "custom types of e2 have an even number up to 32 vCPUs"],
  ["e2-custom-0-8192", "custom types of e2 have an even number up to 32 vCPUs"],
  ["n2d-custom-6-8192", "custom types of n2d have 2, 4, 8, or a multiple of 16 up to 96 vCPUs"],
  ["n2-custom-34-65536", "custom types of n2 have an even number up to 32 vCPUs, or a multiple of 4 up to 80"],
  ["e2-custom-4-20000", "its memory, the last number, must be a multiple of 256 MiB"],
  ["e2-custom-2-512", "it must have at least 1024 MiB of memory"],
  ["e2-custom-4-65536", "with 4 vCPUs it must have 2048 to 32768 MiB of memory"],
  ["e2-custom-4-65536-ext", "e2 has no extended memory"],
  ["n1-custom-4-4096", undefined],
  ["e2-custom-4-20480", undefined],
  ["e2-standard-3", undefined],
])("says why Google refuses %s", (name, fault) => {
  expect(customTypeFault(name)).toBe(fault);
  if (fault !== undefined) expect(machineType(name)).toBeUndefined();
});

test("knows which families can attach which disks, and which are Arm", () => {
  expect(machineFamily("e2-custom-4-20480")).toEqual({ name: "e2", processor: "x86", disks: "regional" });
  expect(machineFamily("custom-2-4096")).toEqual({ name: "n1", processor: "x86", disks: "regional" });
  expect(machineFamily("t2d-standard-4")).toEqual({ name: "t2d", processor: "x86", disks: "zonal" });
  expect(machineFamily("n4-standard-8")).toEqual({ name: "n4", processor: "x86", disks: "none" });
  expect(machineFamily("c4a-standard-4")).toEqual({ name: "c4a", processor: "Arm", disks: "none" });
  expect(machineFamily("a2-highgpu-1g")).toBeUndefined();
  expect(machineFamily("constructor-1")).toBeUndefined();
});

test("lists every predefined type, each usable by its name", () => {
  const names = machineTypeNames();
  expect(names.length).toBeGreaterThan(120);
  for (const name of names) expect([name, machineFamily(name)?.name]).toEqual([name, machineType(name)?.family]);
});
