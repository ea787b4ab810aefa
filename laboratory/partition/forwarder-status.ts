import { createServer } from "node:http";

/**
 * Answers the health checks that the bakers' proxies send to the forwarders' proxies.
 * @param args address, port
 */
export function run([address = "", port = ""]: string[]): Promise<number> {
  createServer((_, response) => response.end()).listen(Number(port), address);
  return new Promise(() => {});
}
