import { type ChildProcess, spawn } from "node:child_process";
import { readlinkSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { command } from "./commands";

/** Address of the VM with that number, from 0. Addresses of VMs and pods are as in hodl.farm's cluster. */
export const vmAddress = (number: number): string => `10.0.96.${10 + number}`;
/** MAC address of a VM. */
export const vmMac = (number: number): string => `02:00:00:00:01:${number.toString(16).padStart(2, "0")}`;
/** Prefix length of the VMs' network. */
export const vmPrefixLength = 22;
/** Range of all pods. */
export const podRange = "10.0.92.0/22";
/** Range of a VM's pods: 62 addresses for each of up to 16 VMs. */
export const podBlock = (number: number): string => {
  const first = number * 64;
  return `10.0.${92 + Math.floor(first / 256)}.${first % 256}/26`;
};

/**
 * An anonymous network namespace. It exists while a process runs in it, and that process ends with this one, however this
 * one ends.
 */
export class NetworkNamespace {
  /** Creates it, with its loopback interface up and forwarding enabled. @throws Error without root */
  static async start(): Promise<NetworkNamespace> {
    const namespace = new NetworkNamespace(
      // Detached, so that the laboratory handles a ctrl-C, and not this process.
      spawn("unshare", ["--net", "cat"], { stdio: ["pipe", "ignore", "inherit"], detached: true }),
    );
    await ownNamespace(namespace.pid);
    namespace.ip("link", "set", "lo", "up");
    namespace.run("sysctl", "-qw", "net.ipv4.ip_forward=1");
    return namespace;
  }

  /** Command prefix that enters it. */
  readonly enter: readonly string[];

  private constructor(private readonly holder: ChildProcess) {
    holder.unref();
    this.enter = enterNetwork(this.pid);
  }

  /** Process id of the process that keeps it open. */
  get pid(): number {
    return this.holder.pid!;
  }

  /** Runs a short program in it. @returns its standard output @throws Error with its standard error, if it fails */
  run(...argv: string[]): string {
    return command([...this.enter, ...argv]);
  }

  /** Runs `ip` in it. @throws Error with its standard error, if it fails */
  ip(...parameters: string[]): void {
    this.run("ip", ...parameters);
  }

  /** Removes it, unless other processes run in it. */
  end(): void {
    this.holder.kill("SIGKILL");
  }
}

/** The network of the VMs: a bridge in a network namespace. */
export class LabNetwork {
  /** Creates the bridge, without VMs. @throws Error without root */
  static async start(): Promise<LabNetwork> {
    const namespace = await NetworkNamespace.start();
    const network = new LabNetwork(namespace);
    // A fixed MAC address: a bridge otherwise takes the lowest of its ports', which changes when a VM loses power.
    namespace.ip("link", "add", "vms", "address", "02:00:00:00:00:01", "type", "bridge");
    namespace.ip("address", "add", `${network.address}/${vmPrefixLength}`, "dev", "vms");
    namespace.ip("link", "set", "vms", "up");
    return network;
  }

  /** Address of the bridge, at which programs in this namespace listen. */
  readonly address = "10.0.96.1";
  /** Command prefix that enters this namespace. */
  readonly enter: readonly string[];

  private constructor(private readonly namespace: NetworkNamespace) {
    this.enter = namespace.enter;
  }

  /**
   * Connects a process's network namespace to the bridge; its interface is called eth0.
   * @param cable name of the interface at the bridge's end
   * @param mac fixed for eth0: neighbours would keep an old address in their caches for a while
   */
  connect(pid: number, cable: string, mac: string): void {
    this.ip("link", "add", cable, "type", "veth", "peer", "name", "eth0", "address", mac, "netns", String(pid));
    this.plug(cable);
    this.ip("link", "set", cable, "up");
  }

  /** Attaches a cable to the bridge again. */
  plug(cable: string): void {
    this.ip("link", "set", cable, "master", "vms");
  }

  /** Drops packets in both directions, without either end being notified. */
  unplug(cable: string): void {
    this.ip("link", "set", cable, "nomaster");
  }

  /** Adds or replaces a route. */
  route(range: string, via: string): void {
    this.ip("route", "replace", range, "via", via);
  }

  /** Removes it. */
  end(): void {
    this.namespace.end();
  }

  private ip(...parameters: string[]): void {
    this.namespace.ip(...parameters);
  }
}

/** Command prefix that enters a process's network namespace. */
export const enterNetwork = (pid: number): string[] => ["nsenter", `--net=/proc/${pid}/ns/net`, "--"];

/** Waits until a process has left this network namespace. @throws Error after 5 s */
export async function ownNamespace(pid: number): Promise<void> {
  const namespaceOf = (process: number | "self") => readlinkSync(`/proc/${process}/ns/net`);
  for (let attempts = 0; namespaceOf(pid) === namespaceOf("self"); attempts++) {
    if (attempts > 500) throw new Error("unshare did not create a network namespace; it needs root");
    await pause(10);
  }
}
