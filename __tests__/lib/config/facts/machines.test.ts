import { allocatable, besidesOctezNode, fit } from "../../../../lib/config/facts/machines";
import { exampleConfiguration } from "../../../../laboratory/examples";
import { synthesise } from "../../../../laboratory/synthesis";
import { workload } from "../../../support/workloads";

// https://cloud.google.com/kubernetes-engine/docs/concepts/plan-node-sizes
test.each([
  ["e2-standard-2", { cpu: 1.93, memoryGiB: 6.1 }],
  ["e2-standard-4", { cpu: 3.92, memoryGiB: 13.3 }],
  ["e2-highmem-4", { cpu: 3.92, memoryGiB: 28.34 }],
])("knows how much GKE leaves of %s", (machineType, { cpu, memoryGiB }) => {
  expect(allocatable(machineType)!.cpu).toBeCloseTo(cpu, 2);
  expect(allocatable(machineType)!.memoryGiB).toBeCloseTo(memoryGiB, 1);
});

test.each(["e2-micro", "e2-custom-4-8192", "c3-standard-4", "a2-highgpu-1g"])(
  "returns undefined for %s",
  (machineType) => {
    expect(allocatable(machineType)).toBeUndefined();
  },
);

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
