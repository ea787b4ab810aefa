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
/** All containers of a baking pod except octez-node. */
export const besidesOctezNode = [bakerReservation, accuserReservation, proxyReservation] as const;

const memoryPerCore: Readonly<Record<string, number>> = { standard: 4, highmem: 8, highcpu: 1 };

/**
 * What GKE reserves of a VM, by slices of its cores and of its memory in GiB: [size of the slice, reserved share].
 * https://cloud.google.com/kubernetes-engine/docs/concepts/plan-node-sizes
 */
const reservedCpu = [[1, 0.06], [1, 0.01], [2, 0.005], [Infinity, 0.0025]] as const; // prettier-ignore
const reservedMemory = [[4, 0.25], [4, 0.2], [8, 0.1], [112, 0.06], [Infinity, 0.02]] as const; // prettier-ignore
const evictionThresholdGiB = 0.1;

/** What GKE leaves of a VM for pods; undefined for a machine type whose name does not give its cores and memory. */
export function allocatable(machineType: string): Capacity | undefined {
  const [, kind = "", cores] = /^(?:e2|n2|n2d|t2d)-(standard|highmem|highcpu)-(\d+)$/.exec(machineType) ?? [];
  const perCore = memoryPerCore[kind];
  if (perCore === undefined) return undefined;
  const cpu = Number(cores);
  const memoryGiB = cpu * perCore;
  return {
    cpu: cpu - reservedOf(cpu, reservedCpu),
    memoryGiB: memoryGiB - reservedOf(memoryGiB, reservedMemory) - evictionThresholdGiB,
  };
}

function reservedOf(total: number, slices: readonly (readonly [number, number])[]): number {
  let rest = total;
  let reserved = 0;
  for (const [size, share] of slices) {
    const slice = Math.min(rest, size);
    reserved += slice * share;
    rest -= slice;
  }
  return reserved;
}

/** Whether all pods fit on this number of VMs if the largest are placed first. */
export function fit(pods: readonly Capacity[], vms: number, vm: Capacity): boolean {
  const free = Array.from({ length: vms }, () => ({ ...vm }));
  return [...pods]
    .sort((a, b) => b.cpu - a.cpu || b.memoryGiB - a.memoryGiB)
    .every((pod) => {
      const target = free.find(({ cpu, memoryGiB }) => cpu >= pod.cpu && memoryGiB >= pod.memoryGiB);
      if (!target) return false;
      target.cpu -= pod.cpu;
      target.memoryGiB -= pod.memoryGiB;
      return true;
    });
}
