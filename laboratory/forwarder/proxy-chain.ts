import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Configuration, SignerConfiguration } from "../../lib/config/schema/configuration";
import {
  bakerProxyPort,
  healthSocket,
  proxyMetricsPort,
  signingSocket,
  socketFolder,
} from "../../lib/config/facts/signer-path";
import {
  bakerProxyConfig,
  forwarderProxyConfig,
  forwarderVariable,
  stageSocketFolder,
} from "../../lib/forwarder/haproxy-config";
import { proxyReadyPath } from "../../lib/forwarder/haproxy-sections";
import { findProgram } from "../needs";
import { StandInSigner, StandInTunnel } from "./stand-in-tunnel";

export interface Outcome {
  readonly status: number;
  readonly body: string;
  readonly seconds: number;
}

/**
 * The whole signer path on this machine: the baker's proxy and the forwarders' by the real HAProxy with the texts as
 * they are deployed, signers and tunnels by stand-ins. Each proxy has a loopback address of its own in place of a pod's,
 * and each forwarder a folder in place of its volumes.
 */
export class ProxyChain {
  readonly signers: Record<string, StandInSigner> = {};
  /** By `<signer>/<uplink>`; one uplink has a tunnel to each forwarder. */
  readonly tunnels: Record<string, StandInTunnel[]> = {};
  private readonly folder = mkdtempSync(join(tmpdir(), "signer-path-"));
  private readonly proxies: Record<string, ChildProcess> = {};
  private log = "";

  constructor(private readonly configuration: Configuration) {
    for (const signer of configuration.signers) {
      const standIn = (this.signers[signer.name] = new StandInSigner(signer.name));
      for (const uplink of signer.uplinks) {
        this.tunnels[`${signer.name}/${uplink.name}`] = this.forwarders.map((number) => {
          const folder = this.tunnelFolder(number, signer);
          mkdirSync(folder, { recursive: true });
          return new StandInTunnel(
            standIn,
            uplink.name,
            join(folder, signingSocket(uplink)),
            join(folder, healthSocket(uplink)),
            signer.protocol,
          );
        });
      }
    }
  }

  async start(): Promise<void> {
    await this.everyTunnel((tunnel) => tunnel.open());
    for (const number of this.forwarders) await this.startForwarder(number);
    await this.startProxy("baker", address(0), this.bakerText());
  }

  async startForwarder(number: number): Promise<void> {
    mkdirSync(this.path(number, stageSocketFolder), { recursive: true });
    await this.startProxy(`forwarder-${number}`, address(number), this.forwarderText(number));
  }

  /** Every signer's tunnels to a forwarder. */
  tunnelsTo(number: number): StandInTunnel[] {
    return Object.values(this.tunnels).map((tunnels) => tunnels[number - 1]!);
  }

  /** Asks a forwarder's status for something, as its own pod does. */
  get(number: number, path: string): Promise<string> {
    return new Promise((resolve, reject) => {
      request({ host: address(number), port: proxyMetricsPort, path, agent: false }, (response) => {
        let body = "";
        response.on("data", (chunk: Buffer) => (body += chunk.toString()));
        response.on("end", () => resolve(body));
      })
        .on("error", reject)
        .end();
    });
  }

  async stop(): Promise<void> {
    for (const name of Object.keys(this.proxies)) await this.kill(name);
    await this.everyTunnel((tunnel) => tunnel.close());
    rmSync(this.folder, { recursive: true });
  }

  /** Ends a proxy at once, as a VM that loses power does. */
  async kill(name: string): Promise<void> {
    const proxy = this.proxies[name]!;
    delete this.proxies[name];
    const ended = new Promise((resolve) => proxy.on("exit", resolve));
    proxy.kill("SIGKILL");
    await ended;
  }

  /** A baker's request: the whole path, from its own proxy on. */
  sign(payload: string, options: { readonly chunked?: boolean } = {}): Promise<Outcome> {
    const begin = performance.now();
    const outcome = (status: number, body: string) => ({ status, body, seconds: (performance.now() - begin) / 1000 });
    return new Promise((resolve) => {
      const sent = request(
        { host: address(0), port: bakerProxyPort, method: "POST", path: "/keys/tz1?authentication=sig", agent: false },
        (response) => {
          let body = "";
          response.on("data", (chunk: Buffer) => (body += chunk.toString()));
          response.on("end", () => resolve(outcome(response.statusCode!, body)));
          response.on("error", (error) => resolve(outcome(response.statusCode!, `broken off: ${error.message}`)));
        },
      );
      sent.on("error", (error) => resolve(outcome(0, error.message)));
      if (!options.chunked) return sent.end(payload);
      // Two packets, as a client does that makes the body while it sends it.
      sent.write(payload.slice(0, 3));
      return setTimeout(() => sent.end(payload.slice(3)), 30);
    });
  }

  /** The question before each of octez-baker's requests. */
  async authorizedKeys(): Promise<unknown> {
    return (await fetch(`http://${address(0)}:${bakerProxyPort}/authorized_keys`)).json();
  }

  /** As sign(), for a signer that speaks TCP. An empty body: closed without an answer. */
  signTcp(payload: string): Promise<Outcome> {
    const begin = performance.now();
    return new Promise((resolve) => {
      const socket = connect(bakerProxyPort, address(0), () => socket.write(payload));
      let body = "";
      socket.on("data", (chunk) => (body += chunk.toString()));
      socket.on("error", () => undefined);
      socket.on("close", () => resolve({ status: 0, body, seconds: (performance.now() - begin) / 1000 }));
    });
  }

  /** Requests at a steady rate, each with a payload of its own. */
  async load(seconds: number, everySeconds: number): Promise<Outcome[]> {
    const outcomes: Promise<Outcome>[] = [];
    for (let sent = 0; sent * everySeconds < seconds; sent++) {
      outcomes.push(this.sign(`"03${sent.toString(16).padStart(8, "0")}"`));
      await pause(everySeconds * 1000);
    }
    return Promise.all(outcomes);
  }

  /** What the proxies have logged. */
  get logged(): string {
    return this.log;
  }

  forwarderText(number: number): string {
    return forwarderProxyConfig(this.configuration)
      .replaceAll(socketFolder, this.path(number, socketFolder))
      .replaceAll(stageSocketFolder, this.path(number, stageSocketFolder))
      .replaceAll("bind *:", `bind ${address(number)}:`);
  }

  private bakerText(): string {
    return bakerProxyConfig(this.configuration, this.configuration.bakers[0]!)
      .replaceAll("bind *:", `bind ${address(0)}:`)
      .replaceAll("bind 127.0.0.1:", `bind ${address(0)}:`);
  }

  private get forwarders(): number[] {
    return Array.from({ length: this.configuration.forwarders.count }, (_, index) => index + 1);
  }

  private path(forwarder: number, path: string): string {
    return join(this.folder, String(forwarder), path);
  }

  private tunnelFolder(forwarder: number, signer: SignerConfiguration): string {
    return join(this.path(forwarder, socketFolder), signer.name);
  }

  private async everyTunnel(action: (tunnel: StandInTunnel) => Promise<void>): Promise<void> {
    await Promise.all(Object.values(this.tunnels).flat().map(action));
  }

  private async startProxy(name: string, listensAt: string, text: string): Promise<void> {
    const file = join(this.folder, `${name}.cfg`);
    writeFileSync(file, text);
    const env = Object.fromEntries(this.forwarders.map((number) => [forwarderVariable(number), address(number)]));
    const proxy = spawn(findProgram("haproxy")!, ["-db", "-f", file], { env: { ...process.env, ...env } });
    this.proxies[name] = proxy;
    for (const stream of [proxy.stdout, proxy.stderr]) stream.on("data", (text) => (this.log += `${name}: ${text}`));
    for (let tries = 0; !(await isReady(listensAt)); tries++) {
      if (tries === 100 || proxy.exitCode !== null) throw new Error(`${name} does not start:\n${this.log}`);
      await pause(50);
    }
  }
}

/** A loopback address that no other test process uses: 0 is the baker's pod, others are forwarders. */
export const address = (number: number): string =>
  `127.${(process.pid >> 8) & 127}.${process.pid & 255}.${number + 10}`;

function isReady(host: string): Promise<boolean> {
  return new Promise((resolve) => {
    request({ host, port: proxyMetricsPort, path: proxyReadyPath, agent: false }, (response) => {
      response.resume().on("end", () => resolve(response.statusCode === 200));
    })
      .on("error", () => resolve(false))
      .end();
  });
}
