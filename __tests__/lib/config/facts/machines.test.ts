import {
  allocatable,
  besidesOctezNode,
  fit,
  imagePrePullReservation,
  roomForPods,
} from "../../../../lib/config/facts/machines";
import { exampleConfiguration } from "../../../../laboratory/examples";
import { synthesise } from "../../../../laboratory/synthesis";
import { workload } from "../../../support/workloads";

const kib = (number: number) => number / 1024 / 1024;

// As `kubectl describe node` showed it on GKE 1.36 (n2-standard-4) and an earlier release (e2-medium).
test.each([
  ["n2-standard-4", 3.92, kib(13_591_652)],
  ["e2-medium", 0.94, kib(2_967_547_904 / 1024)],
])("knows how much GKE leaves of %s: not more than its nodes report, and nearly as much", (type, cpu, memoryGiB) => {
  const computed = allocatable(type)!;
  expect(computed.cpu).toBeCloseTo(cpu, 3);
  expect(computed.memoryGiB / memoryGiB).toBeGreaterThan(0.985);
  expect(computed.memoryGiB / memoryGiB).toBeLessThan(1.01);
});

test("knows custom types by their names", () => {
  expect(allocatable("e2-custom-4-16384")).toEqual(allocatable("e2-standard-4"));
});

test.each(["n4-standard-4", "a2-highgpu-1g", "e2-custom-3-8192"])("returns undefined for %s", (machineType) => {
  expect(allocatable(machineType)).toBeUndefined();
  expect(roomForPods(machineType, "baking")).toBeUndefined();
});

test("what runs on every VM leaves less: GKE's DaemonSets, and in the pool baking the images' pod", () => {
  const vm = allocatable("e2-custom-4-20480")!;
  const publicVm = roomForPods("e2-custom-4-20480", "public")!;
  const bakingVm = roomForPods("e2-custom-4-20480", "baking")!;
  // Measured on a cluster with the same features: about half a core and 0.9 GiB.
  expect(vm.cpu - publicVm.cpu).toBeCloseTo(0.49, 2);
  expect(vm.memoryGiB - publicVm.memoryGiB).toBeCloseTo(1, 1);
  expect(publicVm.cpu - bakingVm.cpu).toBeCloseTo(imagePrePullReservation.cpu, 6);
  expect(publicVm.memoryGiB - bakingVm.memoryGiB).toBeCloseTo(imagePrePullReservation.memoryGiB, 6);
});

test("places pods by both cores and memory", () => {
  const vm = { cpu: 4, memoryGiB: 10 };
  const pod = (cpu: number, memoryGiB: number) => ({ cpu, memoryGiB });
  expect(fit([pod(1, 1), pod(3, 9), pod(4, 1)], 2, vm)).toBe(true);
  expect(fit([pod(3, 1), pod(3, 1)], 1, vm)).toBe(false);
  expect(fit([pod(1, 6), pod(1, 6)], 1, vm)).toBe(false);
  expect(fit([pod(5, 1)], 9, vm)).toBe(false);
  expect(fit([], 0, vm)).toBe(true);
});

test("the reservations of a baking pod are those of its containers", () => {
  const { pod } = workload(synthesise(exampleConfiguration()).baker, "baker-baker");
  const containers: { name: string; resources: { requests: { cpu: string; memory: string } } }[] = pod.container;
  const requests = containers
    .filter(({ name }) => name !== "octez-node")
    .map(({ resources: { requests } }) => ({
      cpu: parseInt(requests.cpu) / 1000,
      memoryGiB: parseInt(requests.memory) / 1024,
    }));
  const sorted = (some: readonly { cpu: number }[]) => [...some].sort((a, b) => b.cpu - a.cpu);
  expect(sorted(requests)).toEqual(sorted(besidesOctezNode));
});
