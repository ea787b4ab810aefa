import { command } from "../cluster/commands";
import { SystemdContainer } from "./systemd-container";

/** The settings of a forwarder's sshd that matter to a tunnel, except for its port and its keys. */
export const forwarderSshdSettings = `StrictModes no
UsePAM no
AllowStreamLocalForwarding remote
AllowTcpForwarding remote
PermitListen 127.0.0.1:1
StreamLocalBindUnlink yes
MaxSessions 0
`;

export interface UplinkOptions {
  /** Unique in the home, from 0. The router's network is 192.168.<100 + number>.0/24 until setNetwork() changes it. */
  readonly number: number;
  /** Of the interface on the Raspberry Pi. */
  readonly interfaceName: string;
}

/**
 * A home's routers and the internet behind them, in one container next to the Raspberry Pi's. Each uplink has a router
 * with NAT and DHCP; leases last a few seconds, so that clients soon notice a change. All routers lead to the
 * forwarders' addresses, on which programs in this container may listen.
 */
export class HomeNetwork {
  readonly container: SystemdContainer;

  /**
   * @param name of the container
   * @param image from systemdImage()
   * @param forwarders their addresses
   * @param folders of the host that the container sees read-only
   */
  constructor(
    name: string,
    image: string,
    private readonly forwarders: readonly string[],
    folders: Readonly<Record<string, string>> = {},
  ) {
    this.container = new SystemdContainer({ name, image, folders });
  }

  /** Boots the container. */
  async start(): Promise<void> {
    await this.container.boot();
    this.container.sh("sysctl -qw net.ipv4.ip_forward=1");
    for (const address of this.forwarders) this.container.sh(`ip address add ${address}/32 dev lo`);
  }

  /** Starts a router with its DHCP server. The Raspberry Pi is not connected to it yet. */
  addRouter({ number }: UplinkOptions): void {
    const router = `router${number}`;
    const inside = `ip netns exec ${router}`;
    this.container.sh(
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
    this.setNetwork(number, 0);
  }

  /**
   * Changes the addresses of a router's network. Clients notice when they renew their lease: the old address is
   * refused.
   * @param change the network becomes 192.168.<100 + 10 * change + number>.0/24
   * @returns the client's next address
   */
  setNetwork(number: number, change: number): string {
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
    this.container.run("sh", "-c", `printf '%s\\n' "$@" >/run/udhcpd${number}.conf`, "sh", ...settings);
    this.container.sh(
      [
        `kill $(cat /run/udhcpd${number}.pid) 2>/dev/null; rm -f /run/leases${number}; touch /run/leases${number}`,
        `${inside} ip address flush dev lan && ${inside} ip address add ${prefix}.1/24 dev lan`,
        `${inside} busybox udhcpd /run/udhcpd${number}.conf`,
      ].join("; "),
    );
    return `${prefix}.50`;
  }

  /** Connects the Raspberry Pi to a router: the interface appears on it. */
  connect(pi: SystemdContainer, { number, interfaceName }: UplinkOptions): void {
    command([
      ...[
        ...this.container.enter,
        "ip",
        "link",
        "add",
        `cable${number}`,
        "type",
        "veth",
        "peer",
        "name",
        interfaceName,
      ],
      ...["address", `02:00:00:00:02:0${number}`, "netns", String(pi.pid)],
    ]);
    this.container.sh(
      `ip link set cable${number} netns router${number} && ` +
        `ip netns exec router${number} ip link set cable${number} master lan up`,
    );
  }

  /** Removes the interface from the Raspberry Pi, as when an LTE stick is unplugged. */
  disconnect({ number }: UplinkOptions): void {
    this.container.sh(`ip netns exec router${number} ip link del cable${number}`);
  }

  /** Unplugs the cable at the router, or plugs it in: the interface stays, but has no carrier while it is unplugged. */
  setCarrier({ number }: UplinkOptions, carrier: boolean): void {
    this.container.sh(`ip netns exec router${number} ip link set cable${number} ${carrier ? "up" : "down"}`);
  }

  /**
   * Makes a router drop all traffic to and from the internet, or forward it again. The home's own network still works.
   */
  setDropping({ number }: UplinkOptions, dropping: boolean): void {
    const rule = dropping ? "add rule ip home cut drop" : "flush chain ip home cut";
    this.container.sh(`ip netns exec router${number} nft '${rule}'`);
  }

  /** Removes the container. */
  end(): void {
    this.container.end();
  }
}
