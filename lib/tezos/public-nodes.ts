import { PodDisruptionBudgetV1 } from "@cdktf/provider-kubernetes/lib/pod-disruption-budget-v1";
import { Construct } from "constructs";
import { nodeClusterRpcPort, nodePeerPort } from "../config/facts/octez";
import type { Configuration } from "../config/schema/configuration";
import { Connections } from "../kubernetes/connections";
import type { DiskClass } from "../kubernetes/disks";
import { workloadLabels } from "../kubernetes/labels";
import { clusterDns } from "../kubernetes/outside";
import { SecurePod } from "../kubernetes/secure-pod";
import { clusterService } from "../kubernetes/services";
import { statefulSet } from "../kubernetes/stateful-set";
import { OctezNode } from "./octez-node";
import type { OctezScripts } from "./octez-scripts";
import { downloadServers, peersOnTheInternet } from "./outside";

export interface PublicNodesProps {
  readonly configuration: Configuration;
  readonly namespace: string;
  readonly scripts: OctezScripts;
  readonly diskClass: DiskClass;
  /** Whether the nodes serve their RPC to DAL nodes. */
  readonly servesRpc: boolean;
}

const name = "public-node";
const ports = { p2p: { port: nodePeerPort }, rpc: { port: nodeClusterRpcPort } };

/** The nodes that peer with the Tezos network: spread over zones, and never on the VM of a baking node. */
export class PublicNodes extends Construct {
  readonly connections: Connections;
  /** The fixed address of each node inside the cluster, in order. */
  readonly addresses: string[];
  /** The fixed address at which the RPC of any node that is Ready answers; undefined unless they serve it. */
  readonly rpcAddress?: string;

  constructor(scope: Construct, id: string, props: PublicNodesProps) {
    super(scope, id);
    const { configuration, namespace } = props;
    const { count, diskGiB, resources } = configuration.publicNodes;
    const { labels, selector } = workloadLabels("public", name, "all");
    this.connections = new Connections(this, { namespace, name, selector, ports });

    const node = new OctezNode(this, "node", {
      configuration,
      namespace,
      scripts: props.scripts,
      name,
      peering: "public",
      clusterRpc: props.servesRpc,
      resources,
    });
    const pod = new SecurePod({
      labels,
      pool: "public",
      parts: [node],
      terminationGracePeriodSeconds: 120,
      apartFrom: ["baking"],
      topologySpread: [
        {
          topologyKey: "topology.kubernetes.io/zone",
          maxSkew: 1,
          whenUnsatisfiable: "DoNotSchedule",
          labelSelector: [{ matchLabels: selector }],
        },
        {
          topologyKey: "kubernetes.io/hostname",
          maxSkew: 1,
          whenUnsatisfiable: "ScheduleAnyway",
          labelSelector: [{ matchLabels: selector }],
        },
      ],
    });

    const disk = { volumeName: OctezNode.dataVolume, diskClass: props.diskClass, sizeGiB: diskGiB };
    statefulSet(this, { namespace, name, selector, pod, replicas: count, disk });
    new PodDisruptionBudgetV1(this, "disruption-budget", {
      metadata: { namespace, name },
      spec: { maxUnavailable: "1", selector: { matchLabels: selector } },
    });
    if (props.servesRpc) {
      this.rpcAddress = clusterService(this, "rpc-service", {
        namespace,
        name: `${name}-rpc`,
        selector,
        ports: { rpc: ports.rpc },
      });
    }
    this.addresses = Array.from({ length: count }, (_, index) => this.peerService(namespace, `${name}-${index}`));

    this.connections.allowTo(this.connections, ["p2p"]);
    this.connections.allowTo(peersOnTheInternet);
    this.connections.allowTo(clusterDns);
    const servers = downloadServers(configuration);
    if (servers) this.connections.allowTo(servers);
  }

  /**
   * octez-node resolves a peer's name only once, at startup. A private node would lose a public node whose pod returns
   * with another address, so each public node has its own Service, whose address stays.
   */
  private peerService(namespace: string, pod: string): string {
    return clusterService(this, `${pod}-service`, {
      namespace,
      name: pod,
      selector: { "statefulset.kubernetes.io/pod-name": pod },
      ports: { p2p: ports.p2p },
      // A node that is still syncing already serves as a peer.
      publishNotReadyAddresses: true,
    });
  }
}
