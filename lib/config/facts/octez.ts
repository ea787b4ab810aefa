import type { Configuration } from "../schema/configuration";

/** Ports of octez-node. */
export const nodeRpcPort = 8732;
/** The RPC as other pods see it: read-only. */
export const nodeClusterRpcPort = 8733;
export const nodePeerPort = 9732;
export const nodeMetricsPort = 9932;

/** Whether the network is named by its definition's URL; octez-node knows the others. */
export const isNetworkUrl = (network: string): boolean => /^https?:/.test(network);

/** URL of a public RPC node of a network that octez-node knows by name, without a slash at its end. */
export const publicRpc = (network: string): string | undefined =>
  isNetworkUrl(network) || network === "sandbox" ? undefined : `https://rpc.tzkt.io/${network}`;

/** The image of the Octez programs: tezos-bare, which has no entrypoint that guesses what to run. */
export function octezImage({ tezos }: Configuration): string {
  return tezos.images.octez ?? `tezos/tezos-bare:octez-v${tezos.octezVersion}`;
}

/** Where an empty disk gets its chain from. */
export interface SnapshotSource {
  readonly url: string;
  /** The snapshot's block must have this hash; without it, the hash is asked of verifyUrl. */
  readonly blockHash?: string;
  /** RPC of somebody else than who serves the snapshot. There is one wherever there is no blockHash. */
  readonly verifyUrl?: string;
}

/** @returns undefined if the chain is to be fetched from the network's nodes. */
export function snapshotSource({ tezos }: Configuration): SnapshotSource | undefined {
  const { network, historyMode, snapshot } = tezos;
  if (!snapshot.enabled) return undefined;
  return {
    url: snapshot.url ?? `https://snapshots.tzinit.org/${network}/${historyMode}`,
    blockHash: snapshot.blockHash,
    verifyUrl: snapshot.verifyUrl ?? publicRpc(network),
  };
}
