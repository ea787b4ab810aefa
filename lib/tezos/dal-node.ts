import { ServiceV1 } from "@cdktf/provider-kubernetes/lib/service-v1";
import { StatefulSetV1 } from "@cdktf/provider-kubernetes/lib/stateful-set-v1";
import { Construct } from "constructs";
import { octezImage } from "../config/facts/octez";
import type { BakerConfiguration, Configuration } from "../config/schema/configuration";
import { Connections } from "../kubernetes/connections";
import type { DiskClass } from "../kubernetes/disks";
import { governingService } from "../kubernetes/governing-service";
import { apartFrom, workloadLabels } from "../kubernetes/labels";
import { clusterDns, internet } from "../kubernetes/outside";
import { SecurePod } from "../kubernetes/secure-pod";
import { nodeClusterRpcPort } from "./node-configuration";
import { dalMetricsPort, dalNodeCommand, dalPeerPort, dalRpcPort } from "./octez-commands";
import { peersOnTheInternet } from "./outside";
import { environment, requests } from "./pod";
import type { PublicNodes } from "./public-nodes";
import { delegateHash } from "./wallet";

export interface DalNodeProps {
  readonly configuration: Configuration;
  readonly baker: BakerConfiguration;
  readonly namespace: string;
  readonly diskClass: DiskClass;
  /** Where it gets its blocks from. */
  readonly publicNodes: PublicNodes;
  /** The reserved address at which other DAL nodes reach it. */
  readonly publicAddress: string;
}

/**
 * A baker's DAL node. It has to be dialled by others to be of use, which the baking node never is; so it stands with
 * the public nodes, and the baker asks it over the cluster's network.
 */
export class DalNode extends Construct {
  readonly connections: Connections;
  /** Its fixed address inside the cluster. */
  readonly address: string;

  constructor(scope: Construct, id: string, props: DalNodeProps) {
    super(scope, id);
    const { configuration, baker, namespace, publicNodes } = props;
    const { diskGiB, resources } = configuration.dalNodes;
    const name = `dal-${baker.name}`;
    const { labels, selector } = workloadLabels("dal", "dal-node", baker.name);
    const ports = { rpc: { port: dalRpcPort }, p2p: { port: dalPeerPort } };
    this.connections = new Connections(this, { namespace, name, selector, ports });

    const alive = { httpGet: { path: "/health", port: String(dalRpcPort) } };
    const pod = new SecurePod({
      labels,
      pool: "public",
      parts: [
        {
          containers: [
            {
              name: "octez-dal-node",
              image: octezImage(configuration),
              command: dalNodeCommand({
                nodeUrl: `http://$(PUBLIC_NODES):${nodeClusterRpcPort}`,
                attesters: [delegateHash(baker)],
                publicAddress: "$(PUBLIC_ADDRESS)",
              }),
              env: environment({ PUBLIC_NODES: publicNodes.rpcAddress ?? "", PUBLIC_ADDRESS: props.publicAddress }),
              port: [
                { name: "rpc", containerPort: dalRpcPort },
                { name: "p2p", containerPort: dalPeerPort },
                { name: "metrics", containerPort: dalMetricsPort },
              ],
              volumeMount: [
                { name: "data", mountPath: "/data" },
                { name: "tmp", mountPath: "/tmp" },
              ],
              resources: requests(resources),
              startupProbe: { ...alive, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 180 },
              livenessProbe: { ...alive, periodSeconds: 30, timeoutSeconds: 10, failureThreshold: 4 },
              readinessProbe: { ...alive, periodSeconds: 5, timeoutSeconds: 5, failureThreshold: 3 },
            },
          ],
          volumes: [{ name: "tmp", emptyDir: { sizeLimit: "64Mi" } }],
        },
      ],
      affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: apartFrom(["private"]) } },
    });
    const service = new ServiceV1(this, "service", {
      metadata: { namespace, name: `${name}-rpc` },
      spec: {
        selector,
        // The baker finds it before it is ready, as it would on the same machine.
        publishNotReadyAddresses: true,
        port: [{ name: "rpc", port: dalRpcPort, targetPort: String(dalRpcPort) }],
      },
    });
    this.address = service.spec.clusterIp;
    new ServiceV1(this, "peer-service", {
      metadata: { namespace, name: `${name}-p2p` },
      spec: {
        selector,
        type: "LoadBalancer",
        loadBalancerIp: props.publicAddress,
        // Peers are told apart by their addresses.
        externalTrafficPolicy: "Local",
        port: [{ name: "p2p", port: dalPeerPort, targetPort: String(dalPeerPort) }],
      },
      waitForLoadBalancer: false,
    });
    new StatefulSetV1(this, "Resource", {
      metadata: { namespace, name, labels },
      spec: {
        serviceName: governingService(this, { namespace, name, selector }),
        // As Kubernetes' own default; the provider would send 0, and there were no `kubectl rollout undo`.
        revisionHistoryLimit: 10,
        replicas: "1",
        // The default would wait until the pod is ready before it replaces it with one that can start.
        podManagementPolicy: "Parallel",
        updateStrategy: [{ type: "RollingUpdate", rollingUpdate: [{ partition: 0 }] }],
        selector: { matchLabels: selector },
        template: { metadata: pod.metadata, spec: pod.spec },
        volumeClaimTemplate: [
          {
            metadata: { name: "data" },
            spec: {
              accessModes: ["ReadWriteOncePod"],
              storageClassName: props.diskClass.name,
              resources: { requests: { storage: `${diskGiB}Gi` } },
            },
          },
        ],
      },
      waitForRollout: false,
    });

    this.connections.allowFromOutside(internet("internet", {}), ["p2p"]);
    this.connections.allowTo(peersOnTheInternet);
    this.connections.allowTo(publicNodes.connections, ["rpc"]);
    this.connections.allowTo(clusterDns);
  }
}
