import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * A proxy on the loopback interface that rejects every request and records its destination. A program that runs with its
 * variables can't send anything else to the network.
 */
export class RefusingProxy {
  /** Starts it on an unused port. Call stop() when done. */
  static async start(): Promise<RefusingProxy> {
    const proxy = new RefusingProxy();
    await new Promise<void>((resolve) => proxy.server.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  /** HOST:PORT of each request, in order. */
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

  /** Environment variables for the program. The loopback interface is reached without the proxy. */
  get variables(): NodeJS.ProcessEnv {
    const { port } = this.server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}`;
    const direct = "127.0.0.1,localhost";
    return { HTTPS_PROXY: url, HTTP_PROXY: url, NO_PROXY: direct, https_proxy: url, http_proxy: url, no_proxy: direct };
  }

  /** Stops it and closes its connections. */
  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}
