import { nodeClusterRpcPort, nodeMetricsPort, nodePeerPort, nodeRpcPort } from "../config/facts/octez";
import type { BakerConfiguration, Configuration } from "../config/schema/configuration";

/** octez-node's own name of each network that it has built in: a snapshot must be of that chain. */
const chainNames: Record<string, string> = {
  mainnet: "TEZOS_MAINNET",
  shadownet: "TEZOS_SHADOWNET_2025-08-07T20:00:00Z",
  ghostnet: "TEZOS_ITHACANET_2022-01-25T15:00:00Z",
  sandbox: "TEZOS",
};

/** The chain name of a built-in network; undefined for one that is defined by a URL: the definition says it. */
export const chainName = (network: string): string | undefined => chainNames[network];

export interface NodeConfigurationProps {
  /** `public`: takes connections from anywhere. The others are a baking node's: nothing dials in. */
  readonly peering: "public" | BakerConfiguration["peering"];
  /** How many public nodes stand beside a baking node: they are its trusted peers. Of no meaning to a public node. */
  readonly publicNodes: number;
  /** Whether other pods (DAL nodes) may read the RPC, at nodeClusterRpcPort. Within the pod everything is allowed. */
  readonly clusterRpc: boolean;
}

/**
 * octez-node's config.json, all but a network that is defined by a URL: node-config.sh adds its definition at the end.
 * Peers come on the command line, because their addresses are known to Kubernetes only.
 * Names of the fields: src/lib_node_config/config_file.ml and lib_shell_services/shell_limits.ml of Octez 25.1.
 */
export function nodeConfiguration(configuration: Configuration, props: NodeConfigurationProps): string {
  const { network, historyMode } = configuration.tezos;
  const isPrivate = props.peering === "private";
  const isPublic = props.peering === "public";
  const clusterRpc = `0.0.0.0:${nodeClusterRpcPort}`;
  return JSON.stringify(
    {
      "data-dir": "/data/node",
      // On loopback Octez allows every call, elsewhere a list that is too short for a DAL node (no protocols, no heads):
      // other pods read all, and change nothing but by injecting an operation, as a DAL node's accusation.
      rpc: {
        "listen-addrs": [`127.0.0.1:${nodeRpcPort}`, ...(props.clusterRpc ? [clusterRpc] : [])],
        ...(props.clusterRpc && {
          acl: [{ address: clusterRpc, whitelist: ["GET /**", "POST /injection/operation"] }],
        }),
      },
      p2p: {
        // Without a list the node takes the bootstrap peers of the network's own definition. A private node has its
        // public nodes only.
        ...(isPrivate && { "bootstrap-peers": [] }),
        // Without an address here octez-node listens nowhere: a baking node dials out and is never dialled.
        ...(isPublic && { "listen-addr": `0.0.0.0:${nodePeerPort}` }),
        ...(isPrivate && { "private-mode": true }),
      },
      shell: {
        history_mode: historyMode,
        // Octez wants four peers in step before it calls itself synchronised; a private node has fewer.
        ...(isPrivate && { chain_validator: { synchronisation_threshold: Math.min(2, props.publicNodes) } }),
      },
      metrics_addr: [`0.0.0.0:${nodeMetricsPort}`],
      ...(chainName(network) && { network }),
    },
    null,
    2,
  );
}
