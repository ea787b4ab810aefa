/** The block of all snapshots that tests serve. */
export const snapshotBlock = "BLbcVY1kYiKQy2MJJfoHJMN2xRk5QPG1PEKWMDSyW2JMxBsMmiL";

const header = {
  version: 8,
  chain_name: "TEZOS_MAINNET",
  mode: "rolling",
  block_hash: snapshotBlock,
  level: 9000000,
};

/**
 * A snapshot that is one hour old, in the format of the stand-in for octez-node.
 * @param change fields of the header that differ
 * @param bytes of its content
 */
export function standInSnapshot(change: Readonly<Record<string, unknown>> = {}, bytes = 200_000): string {
  const timestamp = new Date(Date.now() - 3_600_000).toISOString().replace(/\.\d+/, "");
  return [
    "stand-in snapshot",
    JSON.stringify({ snapshot_header: { ...header, timestamp, ...change } }),
    "x".repeat(bytes),
    "end of snapshot\n",
  ].join("\n");
}
