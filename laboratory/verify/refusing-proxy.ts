import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * A proxy on loopback that refuses every request and remembers to whom it was: whatever a program with its variables
 * would send out ends here.
 */
export class RefusingProxy {
  static async start(): Promise<RefusingProxy> {
    const proxy = new RefusingProxy();
    await new Promise<void>((resolve) => proxy.server.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  /** HOST:PORT of each request, in their order. */
  readonly requests: string[] = [];
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => {
      this.requests.push(request.headers.host ?? String(request.url));
      response.writeHead(403).end();
    });
    this.server.on("connect", ({ url }, socket) => {
      this.requests.push(String(url));
      socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
    });
  }

  /** For the environment of the program. Loopback is reached without it. */
  get variables(): NodeJS.ProcessEnv {
    const { port } = this.server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}`;
    const none = "127.0.0.1,localhost";
    return { HTTPS_PROXY: url, HTTP_PROXY: url, NO_PROXY: none, https_proxy: url, http_proxy: url, no_proxy: none };
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}
