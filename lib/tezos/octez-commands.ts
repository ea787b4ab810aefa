import type { BakerConfiguration } from "../config/schema/configuration";
import { nodePeerPort, nodeRpcPort } from "../config/facts/octez";
import { type GlobalOptions, octezCommandLine } from "./octez-command-line";
import { aliases } from "./wallet";

/**
 * The command lines of the containers. Values that only Kubernetes knows, such as cluster addresses, are written as
 * `$(NAME)`: Kubernetes replaces them with variables of the container's environment.
 * https://kubernetes.io/docs/tasks/inject-data-application/define-environment-variable-container/
 */

const nodeFolder = "/data/node";
const baseFolder = "/data/client";
const clientGlobals: GlobalOptions<"octez-baker" | "octez-accuser"> = {
  "--endpoint": `http://127.0.0.1:${nodeRpcPort}`,
  "--base-dir": baseFolder,
};

/** Ports of octez-dal-node. */
export const dalRpcPort = 10732;
export const dalPeerPort = 11732;
const dalMetricsPort = 11733;

/** Name of the environment variable with the address of a public node's Service. */
export const publicNodeVariable = (index: number): string => `PUBLIC_NODE_${index}`;

/**
 * octez-node. Its other settings are in config.json.
 * @param publicNodes number of public nodes that it gets as peers
 */
export function nodeCommand(publicNodes: number): string[] {
  // Octez resolves peers only once, at startup, so these addresses must not change.
  // https://gitlab.com/tezos/tezos/-/blob/octez-v25.1/src/bin_node/node_run_command.ml
  const peer = Array.from({ length: publicNodes }, (_, index) => `$(${publicNodeVariable(index)}):${nodePeerPort}`);
  return octezCommandLine("octez-node", "run", { options: { "--data-dir": nodeFolder, "--peer": peer } });
}

export interface BakerCommandProps {
  /** RPC of the DAL node, such as `http://$(DAL_NODE):10732`. @default - the baker doesn't take part in the DAL */
  readonly dalNodeUrl?: string;
}

/** octez-baker with all of its baker's keys. */
export function bakerCommand(baker: BakerConfiguration, props: BakerCommandProps = {}): string[] {
  return octezCommandLine("octez-baker", "run with local node", {
    globals: clientGlobals,
    parameters: [nodeFolder, ...aliases(baker)],
    options: {
      "--liquidity-baking-toggle-vote": baker.votes.liquidityBaking,
      "--dal-node": props.dalNodeUrl,
      "--without-dal": props.dalNodeUrl === undefined,
      // Waits for its node, both at startup and whenever the node is down, instead of exiting.
      "--keep-alive": true,
      // Saves what it has signed and seen to the disk. A baker that restarts without it may contradict itself.
      "--record-state": true,
    },
  });
}

/** octez-accuser. */
export function accuserCommand(): string[] {
  return octezCommandLine("octez-accuser", "run", { globals: clientGlobals, options: { "--keep-alive": true } });
}

export interface DalNodeCommandProps {
  /** RPC of an octez-node that is in sync with the chain. */
  readonly nodeUrl: string;
  /** Hashes of the delegates for which it attests. */
  readonly attesters: readonly string[];
  /** Address at which other DAL nodes reach it, without the port. */
  readonly publicAddress: string;
}

/**
 * octez-dal-node. Since Octez 25 a baker can't register its delegates with a DAL node whose RPC is not on loopback, so
 * they are on the command line. https://octez.tezos.com/docs/shell/dal_node.html#rpc-server
 */
export function dalNodeCommand(props: DalNodeCommandProps): string[] {
  return octezCommandLine("octez-dal-node", "run", {
    options: {
      "--data-dir": "/data/dal",
      "--endpoint": props.nodeUrl,
      "--attester-profiles": props.attesters.join(","),
      "--rpc-addr": `0.0.0.0:${dalRpcPort}`,
      "--metrics-addr": `0.0.0.0:${dalMetricsPort}`,
      "--net-addr": `0.0.0.0:${dalPeerPort}`,
      "--public-addr": `${props.publicAddress}:${dalPeerPort}`,
    },
  });
}
