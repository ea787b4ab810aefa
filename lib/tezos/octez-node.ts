import { Construct } from "constructs";
import { octezImage, snapshotSource } from "../config/facts/octez";
import type { Configuration } from "../config/schema/configuration";
import type { Container, PodPart, Volume } from "../kubernetes/secure-pod";
import { TextFiles } from "../kubernetes/text-files";
import {
  chainName,
  type NodeConfigurationProps,
  nodeConfiguration,
  nodeMetricsPort,
  nodeRpcPort,
} from "./node-configuration";
import { nodeCommand, publicNodeVariable } from "./octez-commands";
import type { OctezScripts } from "./octez-scripts";
import { environment, requests } from "./pod";

export interface OctezNodeProps extends Omit<NodeConfigurationProps, "publicNodes"> {
  readonly configuration: Configuration;
  readonly namespace: string;
  readonly scripts: OctezScripts;
  /** Begins the name of its ConfigMap. */
  readonly name: string;
  /** Cluster addresses of the public nodes that are its peers. @default - none: it is one, or there are none */
  readonly publicNodes?: string[];
  readonly resources: { readonly cpu: number; readonly memoryGiB: number };
  /** Seconds for which it waits, when the pod ends, until its clients in the pod are gone. @default 0 */
  readonly waitForClientsSeconds?: number;
}

/**
 * octez-node with its init containers. They need nothing but the disk once it holds data: no network, no signer, so a
 * VM that comes back at night comes back by itself.
 */
export class OctezNode extends Construct implements PodPart {
  /** Name of the volume that whoever uses this must provide: the node's disk. */
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
      // Small: for what scripts and programs put down for a moment.
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
      // An import takes what the node itself may take; Kubernetes reserves the larger of both, not their sum.
      resources: requests(props.resources),
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
        port: [{ name: "metrics", containerPort: nodeMetricsPort }],
        volumeMount: nodeMounts,
        resources: requests(props.resources),
        // Opening a large store takes minutes; until it answers for the first time, nobody judges it.
        startupProbe: { ...script("node-alive"), periodSeconds: 10, timeoutSeconds: 15, failureThreshold: 360 },
        livenessProbe: { ...script("node-alive"), periodSeconds: 30, timeoutSeconds: 15, failureThreshold: 4 },
        readinessProbe: { ...script("node-ready"), periodSeconds: 5, timeoutSeconds: 10, failureThreshold: 3 },
        ...(waitSeconds > 0 && {
          lifecycle: { preStop: [{ exec: { command: stopAfterClients(nodeRpcPort, waitSeconds) } }] },
        }),
      },
    ];
  }
}

/** Command of a preStop hook: the container ends after those of the same pod that are connected to its port. */
export function stopAfterClients(port: number, seconds: number): string[] {
  return ["/bin/sh", "-c", `CLIENTS_PORT=${port} CLIENTS_SECONDS=${seconds} exec /scripts/stop-after-clients.sh`];
}

const nodeMounts = [
  { name: OctezNode.dataVolume, mountPath: "/data" },
  { name: "scripts", mountPath: "/scripts", readOnly: true },
  { name: "config", mountPath: "/config", readOnly: true },
  { name: "tmp", mountPath: "/tmp" },
];

const script = (name: string) => ({ exec: { command: [`/scripts/${name}.sh`] } });
