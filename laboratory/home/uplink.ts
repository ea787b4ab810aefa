import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { command } from "../cluster/commands";
import { enterNetwork, type LabNetwork, NetworkNamespace } from "../cluster/network";
import { packageRoot } from "../../lib/package-root";

const longWay = join(packageRoot, "laboratory/home/long-way.py");

/** Which of an uplink's packets a fault takes. */
export type Direction = "both" | "to-pi" | "from-pi";

/** Interface of an uplink's router towards the Raspberry Pi, and towards the rest of the world. */
const lan = "lan";
const wan = "eth0";

/**
 * One way out of a house: an interface of a Raspberry Pi, a cable, and a router, as a network namespace of its own.
 * The router has state, as those that translate addresses have: a connection whose beginning it has not seen, or has
 * forgotten, does not get through.
 */
export class Uplink {
  /**
   * @param name of the interface on the Raspberry Pi
   * @param number of its own in the laboratory, 1 to 250: its addresses are made of it
   */
  static async start(network: LabNetwork, name: string, number: number): Promise<Uplink> {
    const router = await NetworkNamespace.start();
    const uplink = new Uplink(name, number, router);
    network.connect(router.pid, `uplink-${number}`, `02:00:00:00:02:${number.toString(16).padStart(2, "0")}`);
    router.ip("address", "add", `10.0.99.${number}/22`, "dev", wan);
    router.ip("link", "set", wan, "up");
    router.ip("route", "add", "default", "via", network.address);
    for (const setting of ["ipv4.conf.all.accept_redirects=0", "netfilter.nf_conntrack_tcp_loose=0"])
      router.run("sysctl", "-qw", `net.${setting}`);
    command([...router.enter, "nft", "-f", "-"], rules);
    // That table is empty unless the way is a long one.
    for (const from of [lan, wan]) router.ip("rule", "add", "iif", from, "lookup", "77");
    network.route(`192.168.${number}.0/24`, `10.0.99.${number}`);
    return uplink;
  }

  private pi?: number;
  private host = 10;

  private constructor(
    readonly name: string,
    private readonly number: number,
    private readonly router: NetworkNamespace,
  ) {}

  /** Of the Raspberry Pi, on this uplink; the forwarders see it. */
  get address(): string {
    return `192.168.${this.number}.${this.host}`;
  }

  /** Whether it has, or has had, this address. */
  isOwn(address: string): boolean {
    return address.startsWith(`192.168.${this.number}.`);
  }

  get gateway(): string {
    return `192.168.${this.number}.1`;
  }

  /**
   * Lays the cable to a Raspberry Pi that is on, and gives it its address there and a default route.
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
  private metric = 0;

  /** The cable goes, with the interface on the Raspberry Pi's side: a stick that is pulled out. */
  disconnect(): void {
    if (this.pi === undefined) return;
    this.pi = undefined;
    // Where the Raspberry Pi has lost power, it goes with that by itself, at some moment.
    spawnSync(this.router.enter[0]!, [...this.router.enter.slice(1), "ip", "link", "delete", lan]);
  }

  /** The cable is out, or in again: the Raspberry Pi sees that. */
  set carrier(carrier: boolean) {
    this.router.ip("link", "set", lan, carrier ? "up" : "down");
    // What a DHCP client does when there is a cable again: the kernel has dropped the route with the link.
    if (carrier) this.setAddress();
  }

  /** Packets vanish behind the router, and nobody is told. */
  drop(direction: Direction = "both"): void {
    if (direction !== "to-pi") this.fault(`iifname ${lan} drop`);
    if (direction !== "from-pi") this.fault(`oifname ${lan} drop`);
  }

  /** That part of the packets, of both directions, vanishes, by chance. */
  lose(percent: number): void {
    this.fault(`numgen random mod 100 < ${percent} drop`);
  }

  /** Packets above that size, in bytes, vanish, and nobody is told: a tunnel of the provider's takes no larger ones. */
  swallow(bytes: number): void {
    this.fault(`meta length > ${bytes} drop`);
  }

  /** Connections are reset, by one packet of a hundred at random, as by a firewall that dislikes them. */
  reset(): void {
    this.fault("meta l4proto tcp numgen random mod 100 == 0 reject with tcp reset");
  }

  /** A narrow way with long queues, as bad LTE is. */
  throttle(kbitPerSecond: number): void {
    for (const device of [lan, wan]) {
      const rate = ["rate", `${kbitPerSecond}kbit`, "burst", "3000", "latency", "4s"];
      this.router.run("tc", "qdisc", "replace", "dev", device, "root", "tbf", ...rate);
    }
  }

  /** The way is longer: so many milliseconds more in each direction, and by chance up to `jitter` more for each packet. */
  async lengthen(milliseconds: number, jitter: number): Promise<void> {
    const argv = [longWay, String(milliseconds), String(jitter)];
    this.way = spawn(this.router.enter[0]!, [...this.router.enter.slice(1), "python3", ...argv], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    this.way.unref();
    const isLonger = () => this.router.run("ip", "route", "show", "table", "all").includes("table 77");
    for (let tries = 0; !isLonger(); tries++) {
      if (tries > 50) throw new Error(`the way of ${this.name} does not become longer`);
      await pause(100);
    }
  }
  private way?: ChildProcess;

  /** Ends every fault of those above. */
  mend(): void {
    this.way?.kill("SIGKILL");
    this.router.run("nft", "flush", "chain", "ip", "uplink", "faults");
    for (const [, device] of this.router.run("tc", "qdisc", "show").matchAll(/^qdisc tbf .* dev (\S+) root/gm))
      this.router.run("tc", "qdisc", "delete", "dev", device!, "root");
  }

  /** The router starts anew, or the mobile network's does: standing connections are dead, without a word; others come up. */
  forget(): void {
    this.router.run("conntrack", "--flush");
  }

  /** The Raspberry Pi gets another address from its router, which sends nothing to the old one any more. */
  changeAddress(): void {
    this.onPi("address", "flush", "dev", this.name);
    this.host = this.host === 10 ? 11 : 10;
    this.setAddress();
  }

  end(): void {
    this.way?.kill("SIGKILL");
    this.router.end();
  }

  private setAddress(): void {
    this.onPi("address", "replace", `${this.address}/24`, "dev", this.name);
    const metric = ["metric", String(this.metric)];
    this.onPi("route", "replace", "default", "via", this.gateway, "dev", this.name, ...metric);
  }

  private fault(rule: string): void {
    this.router.run("nft", "add", "rule", "ip", "uplink", "faults", ...rule.split(" "));
  }

  /** By this machine's own program, in the Raspberry Pi's network. */
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
