import type { BakerConfiguration } from "../config/schema/configuration";
import { nodePeerPort, nodeRpcPort } from "./node-configuration";
import { aliases } from "./wallet";

/**
 * The command lines of the containers. What only Kubernetes knows (cluster addresses) comes as `$(NAME)`, which it
 * replaces in arguments by the container's environment. Names and places of the options: octez-options.ts.
 */

const nodeFolder = "/data/node";
const baseFolder = "/data/client";
const localRpc = `http://127.0.0.1:${nodeRpcPort}`;

/** Ports of octez-dal-node. */
export const dalRpcPort = 10732;
export const dalPeerPort = 11732;
export const dalMetricsPort = 11733;

/** The environment variable that must hold the address of a public node's Service. */
export const publicNodeVariable = (index: number): string => `PUBLIC_NODE_${index}`;

/**
 * octez-node; everything but its peers stands in config.json.
 * @param publicNodes of how many public nodes the addresses are given to it as peers
 */
export function nodeCommand(publicNodes: number): string[] {
  // Octez resolves the names of peers once, when it starts: these must be addresses that stay.
  const peers = Array.from({ length: publicNodes }, (_, index) => `$(${publicNodeVariable(index)}):${nodePeerPort}`);
  return ["octez-node", "run", "--data-dir", nodeFolder, ...peers.flatMap((peer) => ["--peer", peer])];
}

export interface BakerCommandProps {
  /** RPC of the DAL node, such as `http://$(DAL_NODE):10732`. @default - the baker takes no part in the DAL */
  readonly dalNodeUrl?: string;
}

/** octez-baker with every key of its baker. */
export function bakerCommand(baker: BakerConfiguration, props: BakerCommandProps = {}): string[] {
  return [
    ...client("octez-baker"),
    ...["run", "with", "local", "node", nodeFolder, ...aliases(baker)],
    ...["--liquidity-baking-toggle-vote", baker.votes.liquidityBaking],
    ...(props.dalNodeUrl ? ["--dal-node", props.dalNodeUrl] : ["--without-dal"]),
    // Waits for its node, at start and whenever it is away, instead of ending.
    "--keep-alive",
    // Keeps what it has signed and seen on disk: a baker that starts with an empty memory may contradict itself.
    "--record-state",
  ];
}

export function accuserCommand(): string[] {
  return [...client("octez-accuser"), "run", "--keep-alive"];
}

export interface DalNodeCommandProps {
  /** RPC of an octez-node that is in step with the chain. */
  readonly nodeUrl: string;
  /** Hashes of the delegates for whom it attests. */
  readonly attesters: readonly string[];
  /** Address at which other DAL nodes reach it, without the port. */
  readonly publicAddress: string;
}

/**
 * octez-dal-node. Since Octez 25 a baker can't register its delegates at a DAL node that listens beyond loopback: they
 * are given here.
 */
export function dalNodeCommand(props: DalNodeCommandProps): string[] {
  return [
    ...["octez-dal-node", "run", "--data-dir", "/data/dal", "--endpoint", props.nodeUrl],
    ...["--attester-profiles", props.attesters.join(",")],
    ...["--rpc-addr", `0.0.0.0:${dalRpcPort}`, "--metrics-addr", `0.0.0.0:${dalMetricsPort}`],
    ...["--net-addr", `0.0.0.0:${dalPeerPort}`, "--public-addr", `${props.publicAddress}:${dalPeerPort}`],
  ];
}

/** Global options: they have to stand before the command. */
const client = (program: string): string[] => [program, "--endpoint", localRpc, "--base-dir", baseFolder];
