import type { PoolName } from "../schema/google";
import { gkeOnEveryVm, gkePodsOnEveryVm } from "./gke-pods";
import { machineType } from "./machine-types";

/** Cores and memory of a VM, or those that a pod reserves. */
export interface Capacity {
  readonly cpu: number;
  readonly memoryGiB: number;
}

/** What the containers of a baking pod reserve. octez-node's share is in the configuration, as a baker's `resources`. */
export const bakerReservation: Capacity = { cpu: 0.7, memoryGiB: 1.5 };
export const accuserReservation: Capacity = { cpu: 0.2, memoryGiB: 0.5 };
export const proxyReservation: Capacity = { cpu: 0.05, memoryGiB: 0.0625 };
/**
 * What the pre-pull of images reserves on each VM of the pool baking: its own pod and, after a change of an image, the
 * pod that checks it.
 */
export const imagePrePullReservation: Capacity = { cpu: 0.01, memoryGiB: 0.0625 };
const imagePrePullPods = 2;
/** All containers of a baking pod except octez-node. */
export const besidesOctezNode = [bakerReservation, accuserReservation, proxyReservation] as const;

/** What a forwarder's pod reserves for each signer; its proxy reserves `proxyReservation`. */
export const sshdReservation: Capacity = { cpu: 0.01, memoryGiB: 0.03125 };

/**
 * What GKE reserves of a VM, by slices of its cores and of its memory in GiB: [size of the slice, reserved share].
 * https://cloud.google.com/kubernetes-engine/docs/concepts/plan-node-sizes
 */
const reservedCpu = [[1, 0.06], [1, 0.01], [2, 0.005], [Infinity, 0.0025]] as const; // prettier-ignore
const reservedMemory = [[4, 0.25], [4, 0.2], [8, 0.1], [112, 0.06], [Infinity, 0.02]] as const; // prettier-ignore
/** Of a shared-core machine, which has two vCPUs. Same page. */
const reservedSharedCores = 1.06;
const evictionThresholdGiB = 100 / 1024;

/**
 * What the firmware and the kernel take before Kubernetes counts a VM's memory: 0.14 GiB of an e2-medium's 4 GiB and
 * 0.38 of an n2-standard-4's 16, as their nodes report it (`kubectl describe node`, GKE 1.29 and 1.36), rounded up.
 */
const kernelGiB = (memoryGiB: number) => 0.07 + 0.02 * memoryGiB;

/** What Kubernetes can give to the pods of a VM, GKE's own among them; undefined for an unknown machine type. */
export function allocatable(name: string): Capacity | undefined {
  const type = machineType(name);
  if (!type) return undefined;
  const memoryGiB = type.memoryGiB - kernelGiB(type.memoryGiB);
  const cpu = type.sharedCore ? reservedSharedCores : reservedOf(type.cpu, reservedCpu);
  return {
    cpu: type.cpu - cpu,
    memoryGiB: memoryGiB - reservedOf(memoryGiB, reservedMemory) - evictionThresholdGiB,
  };
}

/**
 * What a VM has for the pods that are placed on purpose: without those that run on every VM of its pool.
 * @returns undefined for an unknown machine type; a negative amount if not even those fit
 */
export function roomForPods(name: string, pool: PoolName): Capacity | undefined {
  const vm = allocatable(name);
  const onEveryVm = pool === "baking" ? total([gkeOnEveryVm, imagePrePullReservation]) : gkeOnEveryVm;
  return vm && { cpu: vm.cpu - onEveryVm.cpu, memoryGiB: vm.memoryGiB - onEveryVm.memoryGiB };
}

/**
 * How many pods can be placed on purpose on a VM: without those that run on every VM of its pool.
 * @param podsPerNode the most pods that Kubernetes runs on a VM
 * @returns a negative number if not even those fit
 */
export const podsLeft = (podsPerNode: number, pool: PoolName): number =>
  podsPerNode - gkePodsOnEveryVm - (pool === "baking" ? imagePrePullPods : 0);

/** The sum of several reservations. */
export function total(parts: readonly Capacity[]): Capacity {
  return {
    cpu: parts.reduce((sum, { cpu }) => sum + cpu, 0),
    memoryGiB: parts.reduce((sum, { memoryGiB }) => sum + memoryGiB, 0),
  };
}

function reservedOf(amount: number, slices: readonly (readonly [number, number])[]): number {
  let rest = amount;
  let reserved = 0;
  for (const [size, share] of slices) {
    const slice = Math.min(rest, size);
    reserved += slice * share;
    rest -= slice;
  }
  return reserved;
}

/**
 * Whether all pods fit on this number of VMs if the largest are placed first.
 * @param most the most pods on each VM
 */
export function fit(pods: readonly Capacity[], vms: number, vm: Capacity, most = Infinity): boolean {
  const free = Array.from({ length: vms }, () => ({ ...vm, places: most }));
  return [...pods]
    .sort((a, b) => b.cpu - a.cpu || b.memoryGiB - a.memoryGiB)
    .every((pod) => {
      const target = free.find(
        ({ cpu, memoryGiB, places }) => places >= 1 && cpu >= pod.cpu && memoryGiB >= pod.memoryGiB,
      );
      if (!target) return false;
      target.cpu -= pod.cpu;
      target.memoryGiB -= pod.memoryGiB;
      target.places -= 1;
      return true;
    });
}
