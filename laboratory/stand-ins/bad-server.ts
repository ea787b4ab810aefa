import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

/** How a path of the server behaves; `respond` gets what the request has not yet been given by the other fields. */
export interface Behaviour {
  readonly body: string | Buffer;
  /** Status instead of 200, without a body. */
  readonly status?: number;
  /** Sends the client to another path. */
  readonly redirectTo?: string;
  /** Ends the connection after so many bytes of the body. */
  readonly cutAfter?: number;
  /** Sends so many bytes, and then nothing more. */
  readonly silentAfter?: number;
  /** Milliseconds between two pieces of 64 KiB. */
  readonly pauseMilliseconds?: number;
  /** Says so in Content-Length to the first who asks, whatever is true. */
  readonly claimedLength?: number;
  /** Leaves Content-Length out and sends in chunks. */
  readonly chunked?: boolean;
  /** Ignores Range. */
  readonly noRanges?: boolean;
  readonly etag?: string;
}

/** A small HTTP server that does what servers do on bad days. */
export class BadServer {
  readonly paths = new Map<string, Behaviour>();
  /** Method, path and range of every request. */
  readonly requests: string[] = [];

  private constructor(private readonly server: Server) {}

  /** On loopback, at any free port, unless told otherwise. */
  static async start(address = "127.0.0.1", port = 0): Promise<BadServer> {
    const server = createServer();
    const bad = new BadServer(server);
    server.on("request", (request, response) => void bad.answer(request, response));
    await new Promise<void>((resolve) => server.listen(port, address, resolve));
    return bad;
  }

  url(path: string): string {
    const { address, port } = this.server.address() as AddressInfo;
    return `http://${address}:${port}${path}`;
  }

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

    const whole = Buffer.from(behaviour.body);
    const etag = behaviour.etag ? { etag: behaviour.etag } : {};
    if (behaviour.claimedLength !== undefined && this.requests.length === 1) {
      // The client closes: it has asked for the header only.
      response.writeHead(200, { "content-length": behaviour.claimedLength, ...etag });
      return response.flushHeaders();
    }
    const from = behaviour.noRanges ? 0 : Number(/bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
    const body = whole.subarray(from);
    const range = from > 0 ? { "content-range": `bytes ${from}-${whole.length - 1}/${whole.length}` } : {};
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
    // What was written has to reach the client before the connection is cut.
    if (behaviour.cutAfter !== undefined) setTimeout(() => response.destroy(), 50);
    else response.end();
  }
}
