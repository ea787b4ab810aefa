import { type ChildProcess, spawn } from "node:child_process";
import { readlinkSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { command } from "./commands";

/** Addresses as hodl.farm's cluster has them: of the machines, and of their pods. */
export const vmAddress = (number: number): string => `10.0.96.${10 + number}`;
export const vmMac = (number: number): string => `02:00:00:00:01:${number.toString(16).padStart(2, "0")}`;
export const vmPrefixLength = 22;
export const podRange = "10.0.92.0/22";
/** Sixteen machines with 62 pods each. */
export const podBlock = (number: number): string => {
  const first = number * 64;
  return `10.0.${92 + Math.floor(first / 256)}.${first % 256}/26`;
};

/**
 * A network namespace without a name in the system: it is there as long as a process lives in it, and that one ends with
 * this process, in whatever way this ends.
 */
export class NetworkNamespace {
  static async start(): Promise<NetworkNamespace> {
    const namespace = new NetworkNamespace(
      // Detached: a ctrl-C of the terminal is the laboratory's to handle.
      spawn("unshare", ["--net", "cat"], { stdio: ["pipe", "ignore", "inherit"], detached: true }),
    );
    await ownNamespace(namespace.pid);
    namespace.ip("link", "set", "lo", "up");
    namespace.run("sysctl", "-qw", "net.ipv4.ip_forward=1");
    return namespace;
  }

  /** What stands before a command that is to run in it. */
  readonly enter: readonly string[];

  private constructor(private readonly holder: ChildProcess) {
    holder.unref();
    this.enter = enterNetwork(this.pid);
  }

  /** Of the process that holds it. */
  get pid(): number {
    return this.holder.pid!;
  }

  /** Runs a program that takes a moment. @returns its output @throws Error with what it said */
  run(...argv: string[]): string {
    return command([...this.enter, ...argv]);
  }

  ip(...parameters: string[]): void {
    this.run("ip", ...parameters);
  }

  end(): void {
    this.holder.kill("SIGKILL");
  }
}

/** The network that joins the machines: a bridge in a network namespace. */
export class LabNetwork {
  static async start(): Promise<LabNetwork> {
    const namespace = await NetworkNamespace.start();
    const network = new LabNetwork(namespace);
    // Its own MAC: otherwise it takes the lowest of its cables', and one machine's loss of power would change it for all.
    namespace.ip("link", "add", "machines", "address", "02:00:00:00:00:01", "type", "bridge");
    namespace.ip("address", "add", `${network.address}/${vmPrefixLength}`, "dev", "machines");
    namespace.ip("link", "set", "machines", "up");
    return network;
  }

  /** Of the bridge: what runs in this namespace is reached at it. */
  readonly address = "10.0.96.1";
  /** What stands before a command that is to run in this namespace. */
  readonly enter: readonly string[];

  private constructor(private readonly namespace: NetworkNamespace) {
    this.enter = namespace.enter;
  }

  /**
   * Lays a cable from the bridge to a process' network namespace, where it is called eth0.
   * @param mac of eth0: one that changed with each boot would be unknown to the others for a while
   */
  connect(pid: number, cable: string, mac: string): void {
    this.ip("link", "add", cable, "type", "veth", "peer", "name", "eth0", "address", mac, "netns", String(pid));
    this.plug(cable);
    this.ip("link", "set", cable, "up");
  }

  plug(cable: string): void {
    this.ip("link", "set", cable, "master", "machines");
  }

  /** Packets of both directions vanish: neither end is told. */
  unplug(cable: string): void {
    this.ip("link", "set", cable, "nomaster");
  }

  route(range: string, via: string): void {
    this.ip("route", "replace", range, "via", via);
  }

  end(): void {
    this.namespace.end();
  }

  private ip(...parameters: string[]): void {
    this.namespace.ip(...parameters);
  }
}

/** What stands before a command that is to run in a process' network namespace. */
export const enterNetwork = (pid: number): string[] => ["nsenter", `--net=/proc/${pid}/ns/net`, "--"];

/** Waits until a process has left our network namespace. */
export async function ownNamespace(pid: number): Promise<void> {
  const namespaceOf = (process: number | "self") => readlinkSync(`/proc/${process}/ns/net`);
  for (let tries = 0; namespaceOf(pid) === namespaceOf("self"); tries++) {
    if (tries > 500) throw new Error("unshare did not make a network namespace: that needs root");
    await pause(10);
  }
}
