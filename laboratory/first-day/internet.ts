import { appendFileSync, copyFileSync } from "node:fs";
import { request as httpRequest, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { connect, createServer, type Server as NetServer, type Socket } from "node:net";
import { join } from "node:path";
import { connect as tlsConnect, createServer as createTlsServer, type SecureContext } from "node:tls";
import type { Laboratory } from "../cluster/laboratory";
import type { CertificateAuthority } from "./certificate-authority";
import type { TunnelEnd } from "./tunnel-end";

/** An address in the laboratory's network. */
interface Target {
  readonly host: string;
  readonly port: number;
}

/**
 * What a person's computer reaches by name: each name has a loopback address of this host, from which connections lead
 * into the laboratory's network. The host's own network and files stay as they are: the names are in a file that only
 * the workstation has as its /etc/hosts.
 */
export class Internet {
  /** To be the workstation's /etc/hosts. */
  readonly hostsFile: string;
  private readonly servers: (NetServer | Server)[] = [];
  private count = 0;

  constructor(
    private readonly lab: Laboratory,
    private readonly authority: CertificateAuthority,
  ) {
    this.hostsFile = join(lab.folder, "hosts");
    copyFileSync("/etc/hosts", this.hostsFile);
    lab.atEnd(() => this.servers.forEach((server) => server.close()));
  }

  /** Makes a TCP port reachable, as it is. */
  async exposePort(name: string, target: Target): Promise<void> {
    const socket = await this.tunnel(target);
    this.listen(
      createServer((client) => joinStreams(client, connect(socket))),
      name,
      target.port,
    );
  }

  /**
   * Makes a program that speaks TLS with a certificate of its own reachable at port 443 with a trusted one, as the
   * front end of a control plane's DNS endpoint does.
   */
  async exposeTls(name: string, target: Target): Promise<void> {
    const socket = await this.tunnel(target);
    const SNICallback = this.certificateOf(name);
    // kubectl's streams need HTTP/1.1 or HTTP/2; with only the first offered, bytes can be passed on as they are.
    const ALPNProtocols = ["http/1.1"];
    const server = createTlsServer({ SNICallback, ALPNProtocols }, (client) =>
      joinStreams(client, tlsConnect({ socket: connect(socket), rejectUnauthorized: false, ALPNProtocols })),
    );
    this.listen(server, name, 443);
  }

  /**
   * Makes a program that speaks HTTP reachable at port 443, for those who are signed in.
   * @param authorizations the headers of which each request must have one
   */
  async exposeHttp(name: string, target: Target, authorizations: readonly string[]): Promise<void> {
    const socketPath = await this.tunnel(target);
    const server = createHttpsServer({ SNICallback: this.certificateOf(name) }, (incoming, response) => {
      if (authorizations.includes(incoming.headers.authorization ?? "")) return forward(socketPath, incoming, response);
      // Read to its end: a client that is answered in the middle of its request sees a broken connection.
      incoming.resume();
      response.writeHead(401, { "www-authenticate": `Basic realm="${name}"` }).end();
    });
    this.listen(server, name, 443);
  }

  private certificateOf(name: string) {
    return (asked: string, callback: (error: Error | null, context?: SecureContext) => void) =>
      asked === name
        ? callback(null, this.authority.context(name))
        : callback(new Error(`${asked} is not the name of this address, which is ${name}`));
  }

  private listen(server: NetServer, name: string, port: number): void {
    const address = `127.0.96.${++this.count}`;
    server.on("error", (error) => process.stderr.write(`${name}: ${error.message}\n`));
    server.listen(port, address).unref();
    this.servers.push(server);
    appendFileSync(this.hostsFile, `${address} ${name}\n`);
  }

  private async tunnel(target: Target): Promise<string> {
    const socket = join(this.lab.folder, `tunnel-${this.count}`);
    const end: TunnelEnd = { socket, ...target };
    const child = this.lab.run("laboratory/first-day/tunnel-end.ts", [JSON.stringify(end)]);
    await new Promise<void>((resolve, reject) => {
      child.stdout!.once("data", () => resolve());
      child.once("exit", (status) => reject(new Error(`the tunnel to ${target.host} ended with ${status}`)));
    });
    return socket;
  }
}

function joinStreams(one: Socket, other: Socket): void {
  one.on("error", () => other.destroy()).on("close", () => other.destroy());
  other.on("error", () => one.destroy()).on("close", () => one.destroy());
  one.pipe(other).pipe(one);
}

function forward(socketPath: string, incoming: IncomingMessage, response: ServerResponse): void {
  const { method, url: path } = incoming;
  const headers = { ...incoming.headers, "x-forwarded-proto": "https" };
  const outgoing = httpRequest({ socketPath, method, path, headers }, (answer) => {
    response.writeHead(answer.statusCode!, answer.headers);
    answer.pipe(response);
  });
  outgoing.on("error", (error) => response.destroy(error));
  incoming.pipe(outgoing);
}
