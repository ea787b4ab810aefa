import { nodeClusterRpcPort, nodeMetricsPort, nodePeerPort, nodeRpcPort } from "../config/facts/octez";
import type { BakerConfiguration, Configuration } from "../config/schema/configuration";

/**
 * octez-node's chain names of its built-in networks. A snapshot must be of that chain.
 * https://gitlab.com/tezos/tezos/-/blob/octez-v25.1/src/lib_node_config/config_file.ml
 */
const chainNames: Record<string, string> = {
  mainnet: "TEZOS_MAINNET",
  shadownet: "TEZOS_SHADOWNET_2025-08-07T20:00:00Z",
  ghostnet: "TEZOS_ITHACANET_2022-01-25T15:00:00Z",
  sandbox: "TEZOS",
};

/** The chain name of a built-in network. It is undefined for a network given by a URL, whose definition contains it. */
export const chainName = (network: string): string | undefined => chainNames[network];

export interface NodeConfigurationProps {
  /** `public` accepts connections from any peer. The others are for baking nodes, which accept none. */
  readonly peering: "public" | BakerConfiguration["peering"];
  /** Number of public nodes, which are the trusted peers of a baking node. Ignored for a public node. */
  readonly publicNodes: number;
  /** Whether other pods (DAL nodes) may read the RPC, on nodeClusterRpcPort. Inside the pod every call is allowed. */
  readonly clusterRpc: boolean;
}

/**
 * octez-node's config.json. Two things are not in it: the definition of a network that is given by a URL, which
 * node-config.sh appends, and peers, which are on the command line because only Kubernetes knows their addresses.
 * https://octez.tezos.com/docs/user/node-configuration.html
 * https://gitlab.com/tezos/tezos/-/blob/octez-v25.1/src/lib_node_config/config_file.ml
 */
export function nodeConfiguration(configuration: Configuration, props: NodeConfigurationProps): string {
  const { network, historyMode } = configuration.tezos;
  const isPrivate = props.peering === "private";
  const isPublic = props.peering === "public";
  const clusterRpc = `0.0.0.0:${nodeClusterRpcPort}`;
  return JSON.stringify(
    {
      "data-dir": "/data/node",
      // Octez allows every call on loopback. On other addresses its default list is too short for a DAL node, which
      // needs protocols and heads: other pods may read everything and inject operations, such as a DAL node's
      // accusations.
      // https://octez.tezos.com/docs/user/node-configuration.html#default-acl
      rpc: {
        "listen-addrs": [`127.0.0.1:${nodeRpcPort}`, ...(props.clusterRpc ? [clusterRpc] : [])],
        ...(props.clusterRpc && {
          acl: [{ address: clusterRpc, whitelist: ["GET /**", "POST /injection/operation"] }],
        }),
      },
      p2p: {
        // By default the node uses the bootstrap peers of the network's definition. A private node must only use its
        // own public nodes. https://octez.tezos.com/docs/user/node-configuration.html#private-node
        ...(isPrivate && { "bootstrap-peers": [] }),
        // Without this field octez-node doesn't listen for peers: a baking node only opens connections itself.
        ...(isPublic && { "listen-addr": `0.0.0.0:${nodePeerPort}` }),
        ...(isPrivate && { "private-mode": true }),
      },
      shell: {
        history_mode: historyMode,
        // By default Octez must be in sync with four peers to be synchronised; a private node has fewer.
        // https://octez.tezos.com/docs/shell/sync.html
        ...(isPrivate && { chain_validator: { synchronisation_threshold: Math.min(2, props.publicNodes) } }),
      },
      metrics_addr: [`0.0.0.0:${nodeMetricsPort}`],
      ...(chainName(network) && { network }),
    },
    null,
    2,
  );
}
