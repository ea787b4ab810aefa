import { allocatable, type Capacity } from "../../lib/config/facts/machines";
import type { TerraformJson } from "../convert/terraform-references";

/** A VM as a node pool makes it. */
export interface SimulatedVm {
  readonly name: string;
  readonly zone: string;
  /** Which VM it is, to Google: gce://PROJECT/ZONE/NAME. @default - it does not say */
  readonly providerID?: string;
  /** Beside those that every node has. @default - none */
  readonly labels?: Readonly<Record<string, string>>;
  /** @default - none */
  readonly taints?: readonly Taint[];
  /** What pods can have of it: cores, GiB, how many pods. @default 8, 32, 110 */
  readonly allocatable?: Allocatable;
}

export interface Taint {
  readonly key: string;
  readonly value: string;
  readonly effect: string;
}

export interface Allocatable {
  readonly cpu: number;
  readonly memoryGiB: number;
  readonly pods: number;
}

/** kwok plays the machines whose nodes have it with the value `on`. */
export const poweredLabel = "simulated-vm/powered";

/** The Node with which kwok plays a machine. */
export function simulatedNode({
  name,
  zone,
  providerID,
  labels,
  taints,
  allocatable = { cpu: 8, memoryGiB: 32, pods: 110 },
}: SimulatedVm) {
  const resources = {
    cpu: `${Math.floor(allocatable.cpu * 1000)}m`,
    memory: `${Math.floor(allocatable.memoryGiB * 1024)}Mi`,
    pods: String(allocatable.pods),
    "ephemeral-storage": "30Gi",
  };
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      annotations: { "kwok.x-k8s.io/node": "fake" },
      labels: {
        [poweredLabel]: "on",
        "kubernetes.io/arch": "amd64",
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        "topology.kubernetes.io/region": zone.replace(/-[a-z]$/, ""),
        "topology.kubernetes.io/zone": zone,
        // Google's CSI driver for disks puts it there; volumes ask for it.
        "topology.gke.io/zone": zone,
        ...labels,
      },
    },
    spec: { providerID, taints },
    status: { allocatable: resources, capacity: resources },
  };
}

/* eslint-disable @typescript-eslint/no-explicit-any -- Terraform's JSON, read by path */

/** The VMs that the node pools of stack `platform` make: one for each of nodeCount, in each of their zones. */
export function simulatedVms(platform: TerraformJson): SimulatedVm[] {
  const { project } = (platform as any).provider.google[0];
  const pools: any[] = Object.values(platform.resource?.["google_container_node_pool"] ?? {});
  return pools.flatMap((pool) =>
    (pool.node_locations as string[]).flatMap((zone) =>
      Array.from({ length: pool.node_count }, (_, index) => `${pool.name}-${zone}-${index + 1}`).map((name) => ({
        name,
        zone,
        providerID: `gce://${project}/${zone}/${name}`,
        labels: { "cloud.google.com/gke-nodepool": pool.name, ...pool.node_config.labels },
        taints: (pool.node_config.taint ?? []).map((taint: any) => ({ ...taint, effect: effects[taint.effect] })),
        allocatable: { ...allocatableOf(pool.node_config.machine_type), pods: pool.max_pods_per_node },
      })),
    ),
  );
}

/** Google's words for what a taint does, and Kubernetes'. */
const effects: Record<string, string> = {
  NO_EXECUTE: "NoExecute",
  NO_SCHEDULE: "NoSchedule",
  PREFER_NO_SCHEDULE: "PreferNoSchedule",
};

function allocatableOf(machineType: string): Capacity {
  const left = allocatable(machineType);
  if (!left) throw new Error(`how much of a ${machineType} is left to pods is not known here`);
  return left;
}
