import { allocatable, type Capacity } from "../../lib/config/facts/machines";
import type { TerraformJson } from "../convert/terraform-references";

/** A VM of a node pool. */
export interface SimulatedVm {
  readonly name: string;
  readonly zone: string;
  /** Google's reference to it: gce://PROJECT/ZONE/NAME. @default - none */
  readonly providerID?: string;
  /** In addition to those of every node. @default - none */
  readonly labels?: Readonly<Record<string, string>>;
  /** @default - none */
  readonly taints?: readonly Taint[];
  /** What is available to pods. @default 8 cores, 32 GiB, 110 pods */
  readonly allocatable?: Allocatable;
}

/** A taint of a Node. */
export interface Taint {
  readonly key: string;
  readonly value: string;
  readonly effect: string;
}

/** Resources that are available to pods. */
export interface Allocatable {
  readonly cpu: number;
  readonly memoryGiB: number;
  readonly pods: number;
}

/** Nodes with this label set to `on` are simulated by kwok. */
export const poweredLabel = "simulated-vm/powered";

/** The Node object with which kwok simulates a VM. */
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
        // Set by Google's CSI driver for disks; volumes select it.
        "topology.gke.io/zone": zone,
        ...labels,
      },
    },
    spec: { providerID, taints },
    status: { allocatable: resources, capacity: resources },
  };
}

/* eslint-disable @typescript-eslint/no-explicit-any -- Terraform's JSON, read by path */

/** The VMs of the node pools of stack `platform`: nodeCount in each of their zones. */
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

/** Kubernetes' names of taint effects, by Google's. */
const effects: Record<string, string> = {
  NO_EXECUTE: "NoExecute",
  NO_SCHEDULE: "NoSchedule",
  PREFER_NO_SCHEDULE: "PreferNoSchedule",
};

function allocatableOf(machineType: string): Capacity {
  const left = allocatable(machineType);
  if (!left) throw new Error(`unknown machine type ${machineType}: how much of it is available to pods?`);
  return left;
}
