import { rmSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTcpServer, type Socket } from "node:net";
import type { SignerProtocol } from "../../lib/config/schema/configuration";

/** A signer that behaves as a test needs. */
export class StandInSigner {
  /** How it answers a signing request. A number is the status of a refusal. */
  behaviour: "sign" | "hang" | "close" | "truncate" | number = "sign";
  /** Whether its health endpoint answers 200 or 503. */
  healthy = true;
  /** The payloads of all signing requests. */
  readonly asked: string[] = [];

  constructor(readonly name: string) {}
}

/** A tunnel as the forwarder sees it: one socket for signing requests and one for health checks. */
export class StandInTunnel {
  /** While true, packets are dropped: connections are accepted, but never answered. */
  cut = false;
  private readonly servers: (Server | ReturnType<typeof createTcpServer>)[] = [];
  private readonly sockets = new Set<Socket>();

  constructor(
    private readonly signer: StandInSigner,
    /** Of the uplink. */
    readonly name: string,
    private readonly signingSocket: string,
    private readonly healthSocket: string,
    private readonly protocol: SignerProtocol = "http",
  ) {}

  /** Creates the sockets, as when the tunnel comes up. */
  async open(): Promise<void> {
    const servers: Record<SignerProtocol, () => Server | ReturnType<typeof createTcpServer>> = {
      http: () => createServer(this.unlessCut(this.sign)),
      tcp: () => createTcpServer(this.signTcp),
    };
    const signing = servers[this.protocol]();
    this.servers.push(signing, createServer(this.unlessCut(this.health)));
    for (const [index, path] of [this.signingSocket, this.healthSocket].entries()) {
      rmSync(path, { force: true });
      this.servers[index]!.on("connection", (socket: Socket) => {
        this.sockets.add(socket);
        socket.on("close", () => this.sockets.delete(socket)).on("error", () => socket.destroy());
      });
      await new Promise<void>((resolve) => this.servers[index]!.listen(path, resolve));
    }
  }

  /** Closes the sockets, as when the tunnel's ssh ends. */
  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await Promise.all(this.servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
  }

  private unlessCut =
    (listener: RequestListener): RequestListener =>
    (request, response) => {
      if (!this.cut) listener(request, response);
    };

  private sign: RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      this.signer.asked.push(Buffer.concat(chunks).toString());
      const { behaviour } = this.signer;
      if (behaviour === "sign") return response.end(`${this.signer.name} ${this.name}`);
      if (behaviour === "close") return request.socket.destroy();
      if (behaviour === "truncate") {
        response.writeHead(200, { "content-length": 100 });
        response.write("half of ", () => request.socket.destroy());
      } else if (behaviour !== "hang") {
        response.writeHead(behaviour).end(`refused by ${this.signer.name}`);
      }
      return undefined;
    });
  };

  private health: RequestListener = (request, response) => {
    response.writeHead(request.url === "/health" && this.signer.healthy ? 200 : 503).end();
  };

  private signTcp = (socket: Socket) => {
    socket.on("data", (payload) => {
      if (this.cut) return;
      this.signer.asked.push(payload.toString());
      if (this.signer.behaviour === "sign") socket.end(`${this.signer.name} ${this.name}`);
    });
  };
}
