/** Cores and memory, of a VM or of what a pod reserves on one. */
export interface Capacity {
  readonly cpu: number;
  readonly memoryGiB: number;
}

/** What the containers of a baking pod reserve. octez-node's share is in the configuration, as a baker's `resources`. */
export const bakerReservation: Capacity = { cpu: 0.7, memoryGiB: 1.5 };
export const accuserReservation: Capacity = { cpu: 0.2, memoryGiB: 0.5 };
export const proxyReservation: Capacity = { cpu: 0.05, memoryGiB: 0.0625 };
/** All containers of a baking pod but octez-node. */
export const besidesOctezNode = [bakerReservation, accuserReservation, proxyReservation] as const;

const memoryPerCore: Readonly<Record<string, number>> = { standard: 4, highmem: 8, highcpu: 1 };

/** How much of each part of a VM GKE keeps for itself: [size of the part, share of it]. */
const reservedCpu = [[1, 0.06], [1, 0.01], [2, 0.005], [Infinity, 0.0025]] as const; // prettier-ignore
const reservedMemory = [[4, 0.25], [4, 0.2], [8, 0.1], [112, 0.06], [Infinity, 0.02]] as const; // prettier-ignore
const evictionThresholdGiB = 0.1;

/**
 * What GKE leaves of a VM for pods, from its documentation ("Plan GKE Standard node sizes"); undefined for machine types
 * whose name doesn't tell, or tells it otherwise.
 */
export function allocatable(machineType: string): Capacity | undefined {
  const [, kind = "", cores] = /^(?:e2|n2|n2d|t2d)-(standard|highmem|highcpu)-(\d+)$/.exec(machineType) ?? [];
  const perCore = memoryPerCore[kind];
  if (perCore === undefined) return undefined;
  const cpu = Number(cores);
  const memoryGiB = cpu * perCore;
  return {
    cpu: cpu - shareOf(cpu, reservedCpu),
    memoryGiB: memoryGiB - shareOf(memoryGiB, reservedMemory) - evictionThresholdGiB,
  };
}

function shareOf(total: number, parts: readonly (readonly [number, number])[]): number {
  let rest = total;
  let share = 0;
  for (const [size, portion] of parts) {
    const part = Math.min(rest, size);
    share += part * portion;
    rest -= part;
  }
  return share;
}

/** Whether all pods have room on so many VMs, the biggest placed first. */
export function fit(pods: readonly Capacity[], vms: number, vm: Capacity): boolean {
  const free = Array.from({ length: vms }, () => ({ ...vm }));
  return [...pods]
    .sort((a, b) => b.cpu - a.cpu || b.memoryGiB - a.memoryGiB)
    .every((pod) => {
      const place = free.find(({ cpu, memoryGiB }) => cpu >= pod.cpu && memoryGiB >= pod.memoryGiB);
      if (!place) return false;
      place.cpu -= pod.cpu;
      place.memoryGiB -= pod.memoryGiB;
      return true;
    });
}
