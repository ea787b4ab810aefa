import type { WrittenConfiguration } from "../schema/configuration";

type Tezos = WrittenConfiguration["tezos"];

/**
 * Default size of the disk of a node, in GiB, by what it keeps of the chain. For a rolling node of mainnet it is what Octez
 * asks for, 100 GB (https://octez.tezos.com/docs/releases/version-25.html); Octez names no other size, so the others are
 * estimates. A disk can grow at any time, and never shrink.
 */
export function defaultDiskGiB({ network, historyMode }: Pick<Tezos, "network" | "historyMode">): number {
  const sizes =
    network === "mainnet" ? { rolling: 100, full: 300, archive: 1500 } : { rolling: 50, full: 100, archive: 300 };
  return sizes[historyMode];
}
