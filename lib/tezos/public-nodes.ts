import { PodDisruptionBudgetV1 } from "@cdktf/provider-kubernetes/lib/pod-disruption-budget-v1";
import { ServiceV1 } from "@cdktf/provider-kubernetes/lib/service-v1";
import { StatefulSetV1 } from "@cdktf/provider-kubernetes/lib/stateful-set-v1";
import { Construct } from "constructs";
import type { Configuration } from "../config/schema/configuration";
import { Connections } from "../kubernetes/connections";
import type { DiskClass } from "../kubernetes/disks";
import { governingService } from "../kubernetes/governing-service";
import { apartFrom, workloadLabels } from "../kubernetes/labels";
import { clusterDns } from "../kubernetes/outside";
import { SecurePod } from "../kubernetes/secure-pod";
import { nodeClusterRpcPort, nodePeerPort } from "./node-configuration";
import { OctezNode } from "./octez-node";
import type { OctezScripts } from "./octez-scripts";
import { downloadServers, peersOnTheInternet } from "./outside";

export interface PublicNodesProps {
  readonly configuration: Configuration;
  readonly namespace: string;
  readonly scripts: OctezScripts;
  readonly diskClass: DiskClass;
  /** Whether DAL nodes ask these nodes for blocks. */
  readonly servesRpc: boolean;
}

const name = "public-node";

/** The nodes that face the network, spread over zones, never on the VM of a baking node. */
export class PublicNodes extends Construct {
  readonly connections: Connections;
  /** Each node's fixed address inside the cluster, in their order. */
  readonly addresses: string[];
  /** One fixed address for the RPC of whichever nodes are ready; undefined when nobody asks them. */
  readonly rpcAddress?: string;

  constructor(scope: Construct, id: string, props: PublicNodesProps) {
    super(scope, id);
    const { configuration, namespace } = props;
    const { count, diskGiB, resources } = configuration.publicNodes;
    const { labels, selector } = workloadLabels("public", name, "all");
    this.connections = new Connections(this, {
      namespace,
      name,
      selector,
      ports: { p2p: { port: nodePeerPort }, rpc: { port: nodeClusterRpcPort } },
    });

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
      // The pools' taints keep them apart already; this holds if somebody takes the taints off.
      affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: apartFrom(["private"]) } },
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

    new StatefulSetV1(this, "Resource", {
      metadata: { namespace, name, labels },
      spec: {
        serviceName: governingService(this, { namespace, name, selector }),
        // As Kubernetes' own default; the provider would send 0, and there were no `kubectl rollout undo`.
        revisionHistoryLimit: 10,
        replicas: String(count),
        // Each syncs by itself; a lost zone must not keep the others from starting.
        podManagementPolicy: "Parallel",
        updateStrategy: [{ type: "RollingUpdate", rollingUpdate: [{ partition: 0 }] }],
        selector: { matchLabels: selector },
        template: { metadata: pod.metadata, spec: pod.spec },
        volumeClaimTemplate: [
          {
            metadata: { name: OctezNode.dataVolume },
            spec: {
              accessModes: ["ReadWriteOncePod"],
              storageClassName: props.diskClass.name,
              resources: { requests: { storage: `${diskGiB}Gi` } },
            },
          },
        ],
      },
      // A node that syncs for an hour is no failed apply.
      waitForRollout: false,
    });
    new PodDisruptionBudgetV1(this, "disruption-budget", {
      metadata: { namespace, name },
      spec: { maxUnavailable: "1", selector: { matchLabels: selector } },
    });
    if (props.servesRpc) {
      const rpc = new ServiceV1(this, "rpc-service", {
        metadata: { namespace, name: `${name}-rpc` },
        spec: { selector, port: [{ name: "rpc", port: nodeClusterRpcPort, targetPort: String(nodeClusterRpcPort) }] },
      });
      this.rpcAddress = rpc.spec.clusterIp;
    }
    this.addresses = Array.from({ length: count }, (_, index) => this.peerService(namespace, `${name}-${index}`));

    this.connections.allowTo(this.connections, ["p2p"]);
    this.connections.allowTo(peersOnTheInternet);
    this.connections.allowTo(clusterDns);
    const servers = downloadServers(configuration);
    if (servers) this.connections.allowTo(servers);
  }

  /**
   * octez-node resolves a peer's name once, when it starts: a public pod that came back with another address would be
   * lost to a private node. So each has a Service of its own, whose address stays.
   */
  private peerService(namespace: string, pod: string): string {
    const service = new ServiceV1(this, `${pod}-service`, {
      metadata: { namespace, name: pod },
      spec: {
        selector: { "statefulset.kubernetes.io/pod-name": pod },
        // A node that still syncs is a peer already.
        publishNotReadyAddresses: true,
        port: [{ name: "p2p", port: nodePeerPort, targetPort: String(nodePeerPort) }],
      },
    });
    return service.spec.clusterIp;
  }
}
