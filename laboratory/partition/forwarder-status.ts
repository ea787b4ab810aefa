import { createServer } from "node:http";

/** Says for the forwarders' proxies that they run: the bakers' proxies ask them. ADDRESS PORT */
export function run([address = "", port = ""]: string[]): Promise<number> {
  createServer((_, response) => response.end()).listen(Number(port), address);
  return new Promise(() => {});
}
