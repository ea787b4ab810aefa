import { Construct } from "constructs";
import { octezImage } from "../config/facts/images";
import { nodeClusterRpcPort } from "../config/facts/octez";
import type { BakerConfiguration, Configuration } from "../config/schema/configuration";
import { Connections } from "../kubernetes/connections";
import { containerResources, environment } from "../kubernetes/containers";
import type { DiskClass } from "../kubernetes/disks";
import { workloadLabels } from "../kubernetes/labels";
import { clusterDns, internet } from "../kubernetes/outside";
import { SecurePod } from "../kubernetes/secure-pod";
import { clusterService, externalService } from "../kubernetes/services";
import { statefulSet } from "../kubernetes/stateful-set";
import { dalNodeCommand, dalPeerPort, dalRpcPort } from "./octez-commands";
import { peersOnTheInternet } from "./outside";
import type { PublicNodes } from "./public-nodes";
import { delegateHash } from "./wallet";

export interface DalNodeProps {
  readonly configuration: Configuration;
  readonly baker: BakerConfiguration;
  readonly namespace: string;
  readonly diskClass: DiskClass;
  /** The nodes from which it gets blocks. They must serve their RPC. */
  readonly publicNodes: PublicNodes;
  /** The reserved address at which other DAL nodes reach it. */
  readonly publicAddress: string;
}

/**
 * A baker's DAL node. To be of use it must accept connections from other DAL nodes, which the baking node never does.
 * So it runs in the pool of the public nodes, and the baker reaches it over the cluster's network.
 */
export class DalNode extends Construct {
  readonly connections: Connections;
  /** Its fixed address inside the cluster. */
  readonly address: string;

  /** @throws if the public nodes don't serve their RPC */
  constructor(scope: Construct, id: string, props: DalNodeProps) {
    super(scope, id);
    const { configuration, baker, namespace, publicNodes } = props;
    if (publicNodes.rpcAddress === undefined) throw new Error("a DAL node needs public nodes that serve their RPC");
    const { diskGiB, resources } = configuration.dalNodes;
    const name = `dal-${baker.name}`;
    const { labels, selector } = workloadLabels("dal", "dal-node", baker.name);
    const ports = { rpc: { port: dalRpcPort }, p2p: { port: dalPeerPort } };
    this.connections = new Connections(this, { namespace, name, selector, ports });

    const health = { httpGet: { path: "/health", port: String(dalRpcPort) } };
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
              env: environment({ PUBLIC_NODES: publicNodes.rpcAddress, PUBLIC_ADDRESS: props.publicAddress }),
              volumeMount: [
                { name: "data", mountPath: "/data" },
                { name: "tmp", mountPath: "/tmp" },
              ],
              resources: containerResources(resources),
              startupProbe: { ...health, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 180 },
              livenessProbe: { ...health, periodSeconds: 30, timeoutSeconds: 10, failureThreshold: 4 },
              readinessProbe: { ...health, periodSeconds: 5, timeoutSeconds: 5, failureThreshold: 3 },
            },
          ],
          volumes: [{ name: "tmp", emptyDir: { sizeLimit: "64Mi" } }],
        },
      ],
      apartFrom: ["baking"],
    });
    this.address = clusterService(this, "service", {
      namespace,
      name: `${name}-rpc`,
      selector,
      ports: { rpc: ports.rpc },
      // The baker can reach it before it is Ready, as if both ran on one host.
      publishNotReadyAddresses: true,
    });
    externalService(this, "peer-service", {
      namespace,
      name: `${name}-p2p`,
      selector,
      ports: { p2p: ports.p2p },
      address: props.publicAddress,
    });
    const disk = { volumeName: "data", diskClass: props.diskClass, sizeGiB: diskGiB };
    statefulSet(this, { namespace, name, selector, pod, disk });

    this.connections.allowFromOutside(internet("internet", {}), ["p2p"]);
    this.connections.allowTo(peersOnTheInternet);
    this.connections.allowTo(publicNodes.connections, ["rpc"]);
    this.connections.allowTo(clusterDns);
  }
}
