import {
  ContainerNodePool,
  type ContainerNodePoolUpgradeSettings,
} from "@cdktf/provider-google/lib/container-node-pool";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import {
  clusterLocation,
  hasOwnAddresses,
  isTainted,
  poolLabel,
  upgradeStrategy,
  type UpgradeStrategy,
} from "../config/facts/pools";
import type { Configuration, PoolName } from "../config/schema/configuration";
import type { Cluster } from "./cluster";
import type { NodeServiceAccount } from "./node-service-account";
import { hardenedVm } from "./vm";

export interface NodePoolProps {
  readonly pool: PoolName;
  readonly configuration: Configuration;
  /** Labels of the VMs and their boot disks, in Google Cloud. */
  readonly labels: Record<string, string>;
  readonly cluster: Cluster;
  readonly nodes: NodeServiceAccount;
  /** The grants with which its VMs pull images. */
  readonly pullRights: readonly ITerraformDependable[];
}

/** https://cloud.google.com/kubernetes-engine/docs/concepts/node-pool-upgrade-strategies */
const upgradeSettings: Record<UpgradeStrategy, ContainerNodePoolUpgradeSettings> = {
  // One VM after the other; each new one is ready before its old one is drained.
  SURGE: { strategy: "SURGE", maxSurge: 1, maxUnavailable: 0 },
  // The old VMs are kept for an hour, during which a roll-back is quick.
  BLUE_GREEN: {
    strategy: "BLUE_GREEN",
    blueGreenSettings: {
      standardRolloutPolicy: { batchNodeCount: 1, batchSoakDuration: "60s" },
      nodePoolSoakDuration: "3600s",
    },
  },
};

/**
 * A node pool with a fixed number of VMs. It doesn't autoscale: each VM is needed for a known pod or as the spare, and
 * an idle spare is the first VM that an autoscaler would remove.
 */
export class NodePool extends Construct {
  constructor(scope: Construct, id: string, props: NodePoolProps) {
    super(scope, id);
    const { pool, configuration, cluster } = props;
    const { podsPerNode, pools } = configuration.google;
    const { machineType, zones, vmsPerZone, bootDiskGiB } = pools[pool];
    new ContainerNodePool(this, "Resource", {
      name: pool,
      // Its name, not its id: an imported pool has the name, and a difference would replace it.
      cluster: cluster.resource.name,
      location: clusterLocation(configuration),
      nodeLocations: zones,
      // Per zone. A change of initial_node_count, in contrast, would replace the pool.
      nodeCount: vmsPerZone,
      maxPodsPerNode: podsPerNode,
      // A change recreates the pool's VMs, one after the other, with their addresses.
      // https://cloud.google.com/kubernetes-engine/docs/how-to/latest/network-isolation
      networkConfig: { enablePrivateNodes: !hasOwnAddresses(pool, configuration) },
      nodeConfig: {
        ...hardenedVm(props.nodes),
        machineType,
        diskSizeGb: bootDiskGiB,
        labels: { [poolLabel]: pool },
        taint: isTainted(pool) ? [{ key: poolLabel, value: pool, effect: "NO_SCHEDULE" }] : undefined,
        resourceLabels: props.labels,
      },
      // Release channels require both: security fixes are installed, and a failed VM is recreated.
      // https://cloud.google.com/kubernetes-engine/docs/concepts/release-channels
      management: { autoRepair: true, autoUpgrade: true },
      upgradeSettings: upgradeSettings[upgradeStrategy[pool]],
      // A blue-green upgrade takes longer than its soak of an hour. The provider's default is 30 minutes.
      timeouts: { create: "60m", update: "180m" },
      dependsOn: [...props.pullRights],
    });
  }
}
