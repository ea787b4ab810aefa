import { Construct } from "constructs";
import { octezImage } from "../config/facts/images";
import { nodeRpcPort, snapshotSource } from "../config/facts/octez";
import type { Configuration } from "../config/schema/configuration";
import { containerResources, environment, hookCommand } from "../kubernetes/containers";
import type { Container, PodPart, Volume } from "../kubernetes/secure-pod";
import { TextFiles } from "../kubernetes/text-files";
import { chainName, type NodeConfigurationProps, nodeConfiguration } from "./node-configuration";
import { nodeCommand, publicNodeVariable } from "./octez-commands";
import type { OctezScripts } from "./octez-scripts";

export interface OctezNodeProps extends Omit<NodeConfigurationProps, "publicNodes"> {
  readonly configuration: Configuration;
  readonly namespace: string;
  readonly scripts: OctezScripts;
  /** Prefix of its ConfigMap's name. */
  readonly name: string;
  /** Cluster addresses of the public nodes that are its peers. @default - none */
  readonly publicNodes?: string[];
  /** What the node, and each of its init containers, may use. */
  readonly resources: { readonly cpu: number; readonly memoryGiB: number };
  /** How many seconds, when the pod stops, it waits at most for its clients in the pod to disconnect. @default 0 */
  readonly waitForClientsSeconds?: number;
}

/**
 * octez-node with its init containers. Once the disk holds data they depend on nothing else, neither a network nor a
 * signer. So a VM that restarts at night needs nobody to bring its pod back.
 */
export class OctezNode extends Construct implements PodPart {
  /** Name of the volume for the node's disk, which the pod must add. */
  static readonly dataVolume = "data";

  readonly initContainers: Container[];
  readonly containers: Container[];
  readonly volumes: Volume[];
  readonly annotations: Record<string, string>;

  constructor(scope: Construct, id: string, props: OctezNodeProps) {
    super(scope, id);
    const { configuration, namespace, name, scripts } = props;
    const publicNodes = props.publicNodes ?? [];
    const configFile = nodeConfiguration(configuration, { ...props, publicNodes: publicNodes.length });
    const config = new TextFiles(this, "config", {
      namespace,
      name: `${name}-config`,
      files: { "config.json": configFile },
    });
    this.annotations = {
      "hodl.farm/node-scripts": scripts.checksum,
      "hodl.farm/node-config": config.checksum,
    };
    this.volumes = [
      scripts.volume("scripts", "0555"),
      config.volume("config"),
      // Temporary files are small.
      { name: "tmp", emptyDir: { sizeLimit: "64Mi" } },
    ];

    const { network, historyMode, snapshot } = configuration.tezos;
    const source = snapshotSource(configuration);
    const init = (script: string, variables: Record<string, string>): Container => ({
      name: script,
      image: octezImage(configuration),
      command: [`/scripts/${script}.sh`],
      env: environment({ DATA_DIR: "/data", ...variables }),
      volumeMount: nodeMounts,
      // An import may use what the node itself may use. Kubernetes reserves the larger of the two, not their sum.
      // https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#resource-sharing-within-containers
      resources: containerResources(props.resources),
    });
    this.initContainers = [
      init("node-config", { NETWORK: network, CONFIG_FILE: "/config/config.json" }),
      init("snapshot", {
        NETWORK: network,
        CHAIN_NAME: chainName(network) ?? "",
        HISTORY_MODE: historyMode,
        SNAPSHOT_ENABLED: String(snapshot.enabled),
        SNAPSHOT_URL: source?.url ?? "",
        SNAPSHOT_BLOCK_HASH: source?.blockHash ?? "",
        SNAPSHOT_VERIFY_URL: source?.verifyUrl ?? "",
      }),
      init("storage-upgrade", {}),
    ];

    const waitSeconds = props.waitForClientsSeconds ?? 0;
    this.containers = [
      {
        name: "octez-node",
        image: octezImage(configuration),
        command: nodeCommand(publicNodes.length),
        env: environment(Object.fromEntries(publicNodes.map((address, index) => [publicNodeVariable(index), address]))),
        volumeMount: nodeMounts,
        resources: containerResources(props.resources),
        // Opening a large store takes minutes: the node has an hour to answer for the first time.
        startupProbe: { ...script("node-alive"), periodSeconds: 10, timeoutSeconds: 15, failureThreshold: 360 },
        livenessProbe: { ...script("node-alive"), periodSeconds: 30, timeoutSeconds: 15, failureThreshold: 4 },
        readinessProbe: { ...script("node-ready"), periodSeconds: 5, timeoutSeconds: 10, failureThreshold: 3 },
        ...(waitSeconds > 0 && { lifecycle: { preStop: [{ exec: { command: stopAfterClients(waitSeconds) } }] } }),
      },
    ];
  }
}

/** Command of the preStop hook: octez-node keeps running until the other containers have left its RPC. */
const stopAfterClients = (seconds: number) =>
  hookCommand("/scripts/stop-after-clients.sh", { CLIENTS_PORT: nodeRpcPort, CLIENTS_SECONDS: seconds });

const nodeMounts = [
  { name: OctezNode.dataVolume, mountPath: "/data" },
  { name: "scripts", mountPath: "/scripts", readOnly: true },
  { name: "config", mountPath: "/config", readOnly: true },
  { name: "tmp", mountPath: "/tmp" },
];

const script = (name: string) => ({ exec: { command: [`/scripts/${name}.sh`] } });
