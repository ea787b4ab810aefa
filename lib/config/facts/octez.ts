import type { Configuration } from "../schema/configuration";

/** Releases of Octez from the oldest that works here, as of November 2026: https://gitlab.com/tezos/tezos/-/releases */
export const octezReleases: readonly string[] = ["25.0", "25.1", "25.2"];

/** Ports of octez-node. */
export const nodeRpcPort = 8732;
/** The read-only RPC for other pods. */
export const nodeClusterRpcPort = 8733;
export const nodePeerPort = 9732;
export const nodeMetricsPort = 9932;

/** Whether the network is given by the URL of its definition, not by a name that octez-node knows. */
export const isNetworkUrl = (network: string): boolean => /^https?:/.test(network);

/** URL of a public RPC node of a network that octez-node knows by name, without a slash at its end. */
export const publicRpc = (network: string): string | undefined =>
  isNetworkUrl(network) || network === "sandbox" ? undefined : `https://rpc.tzkt.io/${network}`;

/** Where a node with an empty disk gets the chain. */
export interface SnapshotSource {
  readonly url: string;
  /** Required hash of the snapshot's block. @default - verifyUrl is asked for it */
  readonly blockHash?: string;
  /** RPC of a node that the snapshot's provider does not run. Present whenever blockHash is absent. */
  readonly verifyUrl?: string;
}

/** @returns undefined if the node gets the chain from its peers */
export function snapshotSource({ tezos }: Configuration): SnapshotSource | undefined {
  const { network, historyMode, snapshot } = tezos;
  if (!snapshot.enabled) return undefined;
  return {
    url: snapshot.url ?? `https://snapshots.tzinit.org/${network}/${historyMode}`,
    blockHash: snapshot.blockHash,
    verifyUrl: snapshot.verifyUrl ?? publicRpc(network),
  };
}
