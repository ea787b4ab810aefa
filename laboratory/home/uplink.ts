import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { command } from "../cluster/commands";
import { enterNetwork, type LabNetwork, NetworkNamespace } from "../cluster/network";
import { packageRoot } from "../../lib/package-root";

const longWay = join(packageRoot, "laboratory/home/long-way.py");

/** Which packets of an uplink a fault affects. */
export type Direction = "both" | "to-pi" | "from-pi";

/** The router's interfaces towards the Raspberry Pi and towards the internet. */
const lan = "lan";
const wan = "eth0";

const toPi = `oifname ${lan}`;
const fromPi = `iifname ${lan}`;
const matches: Readonly<Record<Direction, readonly string[]>> = {
  both: [fromPi, toPi],
  "to-pi": [toPi],
  "from-pi": [fromPi],
};

/**
 * An uplink of a home: an interface of a Raspberry Pi, a cable, and a router in its own network namespace. The router
 * tracks connections, as routers with NAT do: it drops packets of a connection whose start it has not seen or has
 * forgotten.
 */
export class Uplink {
  /**
   * @param name of the interface on the Raspberry Pi
   * @param number from 1 to 250, unique in the laboratory; the uplink's addresses are derived from it
   */
  static async start(network: LabNetwork, name: string, number: number): Promise<Uplink> {
    const router = await NetworkNamespace.start();
    const uplink = new Uplink(name, number, router);
    network.connect(router.pid, `uplink-${number}`, `02:00:00:00:02:${number.toString(16).padStart(2, "0")}`);
    router.ip("address", "add", `10.0.99.${number}/22`, "dev", wan);
    router.ip("link", "set", wan, "up");
    router.ip("route", "add", "default", "via", network.address);
    // https://www.kernel.org/doc/html/latest/networking/nf_conntrack-sysctl.html
    for (const setting of ["ipv4.conf.all.accept_redirects=0", "netfilter.nf_conntrack_tcp_loose=0"])
      router.run("sysctl", "-qw", `net.${setting}`);
    command([...router.enter, "nft", "-f", "-"], rules);
    // long-way.py fills this routing table while it adds latency; otherwise the table is empty.
    for (const from of [lan, wan]) router.ip("rule", "add", "iif", from, "lookup", "77");
    network.route(`192.168.${number}.0/24`, `10.0.99.${number}`);
    return uplink;
  }

  /** The first process of the connected Raspberry Pi. */
  private pi?: number;
  private host = 10;
  private metric = 0;
  private latency?: ChildProcess;

  private constructor(
    /** Of the interface on the Raspberry Pi. */
    readonly name: string,
    private readonly number: number,
    private readonly router: NetworkNamespace,
  ) {}

  /** Whether the Raspberry Pi has, or has had, this address on this uplink. */
  isOwn(address: string): boolean {
    return address.startsWith(`192.168.${this.number}.`);
  }

  /**
   * Connects the cable to a running Raspberry Pi, and gives it an address and a default route.
   * @param pid of its first process
   * @param metric of the route
   */
  connect(pid: number, metric: number): void {
    this.disconnect();
    this.router.ip("link", "add", lan, "type", "veth", "peer", "name", this.name, "netns", String(pid));
    this.router.ip("address", "add", `${this.gateway}/24`, "dev", lan);
    this.router.ip("link", "set", lan, "up");
    this.pi = pid;
    this.metric = metric;
    this.onPi("link", "set", this.name, "up");
    this.setAddress();
  }

  /** Removes the cable and the Raspberry Pi's interface, as when an LTE stick is unplugged. */
  disconnect(): void {
    if (this.pi === undefined) return;
    this.pi = undefined;
    // May fail: after a power loss the kernel has removed the interface, or is about to.
    spawnSync(this.router.enter[0]!, [...this.router.enter.slice(1), "ip", "link", "delete", lan]);
  }

  /** Unplugs the cable or plugs it in again. The Raspberry Pi keeps the interface and sees the change of carrier. */
  set carrier(carrier: boolean) {
    this.router.ip("link", "set", lan, carrier ? "up" : "down");
    // Like a DHCP client: the kernel removed the route with the link.
    if (carrier) this.setAddress();
  }

  /** Drops packets at the router, silently. */
  drop(direction: Direction = "both"): void {
    for (const match of matches[direction]) this.addFault(`${match} drop`);
  }

  /** Drops a share of the packets at random, in both directions. */
  dropRandomly(percent: number): void {
    this.addFault(`numgen random mod 100 < ${percent} drop`);
  }

  /** Drops larger packets silently, like a provider's tunnel with a smaller MTU. */
  dropLargerThan(bytes: number): void {
    this.addFault(`meta length > ${bytes} drop`);
  }

  /** Resets connections at one packet in a hundred, at random, as some firewalls do. */
  resetConnections(): void {
    this.addFault("meta l4proto tcp numgen random mod 100 == 0 reject with tcp reset");
  }

  /** Limits the bandwidth, with long queues, like a bad LTE link. */
  throttle(kbitPerSecond: number): void {
    for (const device of [lan, wan]) {
      const rate = ["rate", `${kbitPerSecond}kbit`, "burst", "3000", "latency", "4s"];
      this.router.run("tc", "qdisc", "replace", "dev", device, "root", "tbf", ...rate);
    }
  }

  /** Delays each packet, in each direction. @param jitter up to this many more milliseconds, at random */
  async addLatency(milliseconds: number, jitter: number): Promise<void> {
    const argv = [longWay, String(milliseconds), String(jitter)];
    this.latency = spawn(this.router.enter[0]!, [...this.router.enter.slice(1), "python3", ...argv], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    this.latency.unref();
    const isRouted = () => this.router.run("ip", "route", "show", "table", "all").includes("table 77");
    for (let attempts = 0; !isRouted(); attempts++) {
      if (attempts > 50) throw new Error(`long-way.py did not start on ${this.name}`);
      await pause(100);
    }
  }

  /** Undoes the faults above, from drop() on. */
  repair(): void {
    this.latency?.kill("SIGKILL");
    this.router.run("nft", "flush", "chain", "ip", "uplink", "faults");
    for (const [, device] of this.router.run("tc", "qdisc", "show").matchAll(/^qdisc tbf .* dev (\S+) root/gm))
      this.router.run("tc", "qdisc", "delete", "dev", device!, "root");
  }

  /** Makes the router forget its connections, as when it restarts: they are dead, silently; new ones work. */
  forgetConnections(): void {
    this.router.run("conntrack", "--flush");
  }

  /** Gives the Raspberry Pi another address; the router sends nothing to the old one any more. */
  changeAddress(): void {
    this.onPi("address", "flush", "dev", this.name);
    this.host = this.host === 10 ? 11 : 10;
    this.setAddress();
  }

  /** Removes the router. */
  end(): void {
    this.latency?.kill("SIGKILL");
    this.router.end();
  }

  private get gateway(): string {
    return `192.168.${this.number}.1`;
  }

  private setAddress(): void {
    this.onPi("address", "replace", `192.168.${this.number}.${this.host}/24`, "dev", this.name);
    const metric = ["metric", String(this.metric)];
    this.onPi("route", "replace", "default", "via", this.gateway, "dev", this.name, ...metric);
  }

  private addFault(rule: string): void {
    this.router.run("nft", "add", "rule", "ip", "uplink", "faults", ...rule.split(" "));
  }

  /** Runs the host's `ip` in the Raspberry Pi's network. */
  private onPi(...parameters: string[]): void {
    command([...enterNetwork(this.pi!), "ip", ...parameters]);
  }
}

const rules = `table ip uplink {
  chain forward {
    type filter hook forward priority filter
    ct state invalid drop
    jump faults
  }
  chain faults {
  }
}
`;
