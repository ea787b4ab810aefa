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

/** The answer to a request. */
export interface Outcome {
  /** 0 if there was no HTTP answer. */
  readonly status: number;
  readonly body: string;
  readonly seconds: number;
}

/**
 * The proxies of the signer path on this host: the real HAProxy with the deployed configurations of the baker's proxy
 * and of the forwarders'. Signers and tunnels are stand-ins. Each proxy has its own loopback address instead of a
 * pod's, and each forwarder a folder instead of its volumes.
 */
export class ProxyChain {
  /** By name. */
  readonly signers: Record<string, StandInSigner> = {};
  /** By `<signer>/<uplink>`: the tunnels of an uplink, one to each forwarder. */
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

  /** Opens all tunnels and starts all proxies. */
  async start(): Promise<void> {
    await this.everyTunnel((tunnel) => tunnel.open());
    for (const number of this.forwarders) await this.startForwarder(number);
    await this.startProxy("baker", address(0), this.bakerText());
  }

  /** Starts a forwarder's proxy. */
  async startForwarder(number: number): Promise<void> {
    mkdirSync(this.path(number, stageSocketFolder), { recursive: true });
    await this.startProxy(`forwarder-${number}`, address(number), this.forwarderText(number));
  }

  /** All tunnels to a forwarder. */
  tunnelsTo(number: number): StandInTunnel[] {
    return Object.values(this.tunnels).map((tunnels) => tunnels[number - 1]!);
  }

  /** Sends a GET request to a forwarder's metrics port. @returns the body */
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

  /** Stops all proxies and closes all tunnels. */
  async stop(): Promise<void> {
    for (const name of Object.keys(this.proxies)) await this.kill(name);
    await this.everyTunnel((tunnel) => tunnel.close());
    rmSync(this.folder, { recursive: true });
  }

  /** Kills a proxy. @param name "baker", or "forwarder-1" and so on */
  async kill(name: string): Promise<void> {
    const proxy = this.proxies[name]!;
    delete this.proxies[name];
    const ended = new Promise((resolve) => proxy.on("exit", resolve));
    proxy.kill("SIGKILL");
    await ended;
  }

  /** Sends a baker's signing request to its proxy. @param options chunked sends the body in two packets */
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
          response.on("error", (error) => resolve(outcome(response.statusCode!, `truncated: ${error.message}`)));
        },
      );
      sent.on("error", (error) => resolve(outcome(0, error.message)));
      if (!options.chunked) return sent.end(payload);
      // Like a client that generates the body while it sends it.
      sent.write(payload.slice(0, 3));
      return setTimeout(() => sent.end(payload.slice(3)), 30);
    });
  }

  /** Asks which callers are authorised, as octez-baker does before each request. */
  async authorizedKeys(): Promise<unknown> {
    return (await fetch(`http://${address(0)}:${bakerProxyPort}/authorized_keys`)).json();
  }

  /** Like sign(), for TCP signers. The body is empty if the connection was closed without an answer. */
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

  /** Sends signing requests at a steady rate, each with its own payload. */
  async load(seconds: number, everySeconds: number): Promise<Outcome[]> {
    const outcomes: Promise<Outcome>[] = [];
    for (let sent = 0; sent * everySeconds < seconds; sent++) {
      outcomes.push(this.sign(`"03${sent.toString(16).padStart(8, "0")}"`));
      await pause(everySeconds * 1000);
    }
    return Promise.all(outcomes);
  }

  /** The log of all proxies. */
  get logged(): string {
    return this.log;
  }

  /** The configuration of a forwarder's proxy, with paths and addresses of this host. */
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
    for (let attempts = 0; !(await isReady(listensAt)); attempts++) {
      if (attempts === 100 || proxy.exitCode !== null) throw new Error(`${name} did not start:\n${this.log}`);
      await pause(50);
    }
  }
}

/** A loopback address that no other test process uses. @param number 0 for the baker's proxy, or a forwarder's */
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
