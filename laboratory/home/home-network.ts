import { command } from "../cluster/commands";
import { SystemdContainer } from "./systemd-container";

/** What the sshd of a stand-in for a forwarder has of the real one's settings, beside its port and its keys. */
export const forwarderSshdSettings = `StrictModes no
UsePAM no
AllowStreamLocalForwarding remote
AllowTcpForwarding remote
PermitListen 127.0.0.1:1
StreamLocalBindUnlink yes
MaxSessions 0
`;

export interface UplinkOptions {
  /** Its number at the home, from 0. Its networks are 192.168.<100 + number>.0/24, then …<110 + number>.… and so on. */
  readonly number: number;
  /** The interface at the Raspberry Pi. */
  readonly interfaceName: string;
}

/**
 * A home's uplinks and the internet behind them, all in one machine beside the Raspberry Pi: each uplink has a router of
 * its own, which hands out addresses by DHCP (leases of some seconds, so that changes are soon heard of) and hides them
 * behind its own. Behind all routers are the addresses of the forwarders, at which programs of this machine may listen.
 */
export class HomeNetwork {
  readonly machine: SystemdContainer;

  constructor(
    name: string,
    image: string,
    private readonly forwarders: readonly string[],
    folders: Readonly<Record<string, string>> = {},
  ) {
    this.machine = new SystemdContainer({ name, image, folders });
  }

  async start(): Promise<void> {
    await this.machine.on();
    this.machine.sh("sysctl -qw net.ipv4.ip_forward=1");
    for (const address of this.forwarders) this.machine.sh(`ip address add ${address}/32 dev lo`);
  }

  /** Puts a router up, with its DHCP server; the Raspberry Pi is not connected to it yet. */
  addRouter({ number }: UplinkOptions): void {
    const router = `router${number}`;
    const inside = `ip netns exec ${router}`;
    this.machine.sh(
      [
        `ip netns add ${router}`,
        `ip link add wan${number} type veth peer name wan netns ${router}`,
        `ip address add 198.51.100.${4 * number + 1}/30 dev wan${number} && ip link set wan${number} up`,
        `${inside} sysctl -qw net.ipv4.ip_forward=1`,
        `${inside} ip link add lan type bridge`,
        `${inside} ip link set lan up && ${inside} ip link set lo up && ${inside} ip link set wan up`,
        `${inside} ip address add 198.51.100.${4 * number + 2}/30 dev wan`,
        `${inside} ip route add default via 198.51.100.${4 * number + 1}`,
        `${inside} nft 'table ip home { chain nat { type nat hook postrouting priority srcnat; oifname wan masquerade; }; ` +
          `chain cut { type filter hook forward priority filter; }; }'`,
      ].join(" && "),
    );
    this.network(number, 0);
  }

  /**
   * Gives a router's network other addresses: clients hear of it when they renew their lease, and are refused the old one.
   * @returns the address that its client gets
   */
  network(number: number, change: number): string {
    const prefix = `192.168.${100 + 10 * change + number}`;
    const inside = `ip netns exec router${number}`;
    const settings = [
      `start ${prefix}.50`,
      `end ${prefix}.50`,
      "interface lan",
      "min_lease 4",
      "option lease 8",
      "option subnet 255.255.255.0",
      `option router ${prefix}.1`,
      `option dns ${prefix}.1`,
      `lease_file /run/leases${number}`,
      `pidfile /run/udhcpd${number}.pid`,
    ];
    this.machine.run("sh", "-c", `printf '%s\\n' "$@" >/run/udhcpd${number}.conf`, "sh", ...settings);
    this.machine.sh(
      [
        `kill $(cat /run/udhcpd${number}.pid) 2>/dev/null; rm -f /run/leases${number}; touch /run/leases${number}`,
        `${inside} ip address flush dev lan && ${inside} ip address add ${prefix}.1/24 dev lan`,
        `${inside} busybox udhcpd /run/udhcpd${number}.conf`,
      ].join("; "),
    );
    return `${prefix}.50`;
  }

  /** Lays the cable between a router and the Raspberry Pi: the interface appears there. */
  plug(pi: SystemdContainer, { number, interfaceName }: UplinkOptions): void {
    command([
      ...[...this.machine.enter, "ip", "link", "add", `cable${number}`, "type", "veth", "peer", "name", interfaceName],
      ...["address", `02:00:00:00:02:0${number}`, "netns", String(pi.pid)],
    ]);
    this.machine.sh(
      `ip link set cable${number} netns router${number} && ` +
        `ip netns exec router${number} ip link set cable${number} master lan up`,
    );
  }

  /** The interface is gone from the Raspberry Pi, as with an LTE stick that is pulled. */
  pull({ number }: UplinkOptions): void {
    this.machine.sh(`ip netns exec router${number} ip link del cable${number}`);
  }

  /** The cable is out of the router's socket: the interface stays, without a carrier. */
  carrier({ number }: UplinkOptions, on: boolean): void {
    this.machine.sh(`ip netns exec router${number} ip link set cable${number} ${on ? "up" : "down"}`);
  }

  /** What goes through a router vanishes from now on, or no longer. The home's own network is not touched. */
  silence({ number }: UplinkOptions, on: boolean): void {
    const rule = on ? "add rule ip home cut drop" : "flush chain ip home cut";
    this.machine.sh(`ip netns exec router${number} nft '${rule}'`);
  }

  end(): void {
    this.machine.end();
  }
}
