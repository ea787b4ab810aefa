import { connect, createServer } from "node:net";

/** A Unix socket, and the address to which its connections lead. */
export interface TunnelEnd {
  readonly socket: string;
  readonly host: string;
  readonly port: number;
}

/**
 * Runs in the laboratory's network: connects a Unix socket, which programs in other networks can reach, to an address
 * in this one. Ends when its standard input ends.
 * @param args a TunnelEnd, as JSON
 */
export async function run([json = ""]: string[]): Promise<number> {
  const { socket, host, port } = JSON.parse(json) as TunnelEnd;
  createServer((client) => {
    const target = connect(port, host);
    client.on("error", () => target.destroy()).on("close", () => target.destroy());
    target.on("error", () => client.destroy()).on("close", () => client.destroy());
    client.pipe(target).pipe(client);
  }).listen(socket, () => process.stdout.write("ready\n"));
  await new Promise((resolve) => process.stdin.resume().once("close", resolve));
  return 0;
}
