import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

/** How the server answers requests for a path. */
export interface Behaviour {
  readonly body: string | Buffer;
  /** Answers with this status and without a body. @default 200 */
  readonly status?: number;
  /** Redirects to another path. @default - none */
  readonly redirectTo?: string;
  /** Closes the connection after this many bytes of the body. @default - none */
  readonly cutAfter?: number;
  /** Sends this many bytes of the body, then nothing, and keeps the connection open. @default - all */
  readonly silentAfter?: number;
  /** Pause after each 64 KiB. @default 0 */
  readonly pauseMilliseconds?: number;
  /** A wrong Content-Length for the first request. @default - the right one */
  readonly claimedLength?: number;
  /** Sends chunks without Content-Length. @default false */
  readonly chunked?: boolean;
  /** Ignores Range headers. @default false */
  readonly noRanges?: boolean;
  /** @default - none */
  readonly etag?: string;
}

/** An HTTP server with faults. */
export class BadServer {
  /** How it answers, by path; other paths are answered with 404. */
  readonly paths = new Map<string, Behaviour>();
  /** Method, path and range of all requests. */
  readonly requests: string[] = [];

  private constructor(private readonly server: Server) {}

  /** Starts a server. @param port 0 for any free one */
  static async start(address = "127.0.0.1", port = 0): Promise<BadServer> {
    const server = createServer();
    const bad = new BadServer(server);
    server.on("request", (request, response) => void bad.answer(request, response));
    await new Promise<void>((resolve) => server.listen(port, address, resolve));
    return bad;
  }

  /** The URL of a path. */
  url(path: string): string {
    const { address, port } = this.server.address() as AddressInfo;
    return `http://${address}:${port}${path}`;
  }

  /** Closes all connections and stops. */
  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? "";
    this.requests.push([request.method, path, request.headers.range].filter(Boolean).join(" "));
    const behaviour = this.paths.get(path);
    if (!behaviour) return void response.writeHead(404).end();
    if (behaviour.redirectTo) return void response.writeHead(302, { location: this.url(behaviour.redirectTo) }).end();
    if (behaviour.status) return void response.writeHead(behaviour.status).end();

    const complete = Buffer.from(behaviour.body);
    const etag = behaviour.etag ? { etag: behaviour.etag } : {};
    if (behaviour.claimedLength !== undefined && this.requests.length === 1) {
      // The client closes the connection: it needs only the headers.
      response.writeHead(200, { "content-length": behaviour.claimedLength, ...etag });
      return response.flushHeaders();
    }
    const from = behaviour.noRanges ? 0 : Number(/bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
    const body = complete.subarray(from);
    const range = from > 0 ? { "content-range": `bytes ${from}-${complete.length - 1}/${complete.length}` } : {};
    const length = behaviour.chunked ? {} : { "content-length": body.length };
    response.writeHead(from > 0 ? 206 : 200, { ...length, ...range, ...etag });
    await this.send(response, body, behaviour);
  }

  private async send(response: ServerResponse, body: Buffer, behaviour: Behaviour): Promise<void> {
    const end = behaviour.cutAfter ?? behaviour.silentAfter ?? body.length;
    for (let sent = 0; sent < end && !response.destroyed; sent += 65536) {
      response.write(body.subarray(sent, Math.min(end, sent + 65536)));
      if (behaviour.pauseMilliseconds) await pause(behaviour.pauseMilliseconds);
    }
    if (behaviour.silentAfter !== undefined) return;
    // The client has to receive everything that was written before the connection is closed.
    if (behaviour.cutAfter !== undefined) setTimeout(() => response.destroy(), 50);
    else response.end();
  }
}
