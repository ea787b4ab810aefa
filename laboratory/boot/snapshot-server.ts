import { BadServer } from "../stand-ins/bad-server";

/**
 * Slowly serves a snapshot in the format of octez-node's stand-in, and the RPC with which its block is verified. Prints
 * each request, and exits when standard input closes.
 * @param args address, port, chain name, size of the snapshot in bytes, milliseconds between two chunks of 64 KiB
 */
export async function run(args: string[]): Promise<number> {
  const [address = "", port = "", chain_name = "", bytes = "", pauseMilliseconds = ""] = args;
  const server = await BadServer.start(address, Number(port));
  const level = 9_000_000;
  const block_hash = "BLbcVY1kYiKQy2MJJfoHJMN2xRk5QPG1PEKWMDSyW2JMxBsMmiL";
  const timestamp = new Date(Date.now() - 3_600_000).toISOString().replace(/\.\d+/, "");
  const header = { version: 8, chain_name, mode: "rolling", block_hash, level, timestamp };
  const snapshot = [
    "stand-in snapshot",
    JSON.stringify({ snapshot_header: header }),
    "x".repeat(Number(bytes)),
    "end of snapshot\n",
  ];
  server.paths.set("/snapshot", {
    body: snapshot.join("\n"),
    etag: '"1"',
    pauseMilliseconds: Number(pauseMilliseconds),
  });
  server.paths.set(`/rpc/chains/main/blocks/${level}/hash`, { body: `"${block_hash}"\n` });
  const printing = setInterval(() => server.requests.splice(0).forEach((request) => console.log(request)), 100);
  await new Promise((resolve) => process.stdin.resume().once("close", resolve));
  clearInterval(printing);
  await server.stop();
  return 0;
}
