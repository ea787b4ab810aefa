import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { sshUser, socketFolder } from "../../lib/config/facts/signer-path";
import { writeBundles } from "../../raspberry-pi/bundle";
import { forwarderSshdSettings, HomeNetwork, type UplinkOptions } from "../../laboratory/home/home-network";
import { systemdImage, systemdContainerNeeds } from "../../laboratory/home/systemd-image";
import { SystemdContainer } from "../../laboratory/home/systemd-container";
import { exampleConfiguration } from "../../laboratory/examples";
import { describeReal } from "../support/real";

const wire: UplinkOptions = { number: 0, interfaceName: "eth0" };
const lte: UplinkOptions = { number: 1, interfaceName: "wwan0" };
const forwarders = ["203.0.113.11", "203.0.113.12"];

const networkFile = `[Match]
Name=eth* wwan*
[Network]
DHCP=ipv4
`;
/** dhclient does not add a second default route with the same metric: the second uplink would have none. */
const interfacesFile = `auto lo
iface lo inet loopback
allow-hotplug eth0
iface eth0 inet dhcp
  metric 100
allow-hotplug wwan0
iface wwan0 inet dhcp
  metric 700
`;
/** On real hardware NetworkManager manages every interface; in a container it ignores veth interfaces. */
const managedFile = `[device]
match-device=interface-name:eth*,interface-name:wwan*
managed=1
`;

interface Manager {
  readonly name: string;
  /** Selects it on a new system that has no interface yet. */
  readonly setUp: string;
  /** Restarts it, as an upgrade of its package does. */
  readonly restart: string;
  /** What udev would start for a new interface $1: in a container, systemd has no devices. @default - nothing */
  readonly plugged?: string;
}
const file = (path: string, text: string) => `printf '%s' '${text}' >${path}`;
const managers: Manager[] = [
  {
    name: "systemd-networkd",
    setUp: `${file("/etc/systemd/network/10-uplinks.network", networkFile)}; systemctl enable --now systemd-networkd`,
    restart: "systemctl restart systemd-networkd",
  },
  {
    name: "NetworkManager",
    setUp: `${file("/etc/NetworkManager/conf.d/10-managed.conf", managedFile)}; systemctl enable --now NetworkManager`,
    restart: "systemctl restart NetworkManager",
  },
  {
    name: "ifupdown with dhclient",
    setUp: `${file("/etc/network/interfaces", interfacesFile)}; systemctl enable --now networking`,
    restart: "ifdown --force eth0 wwan0; ifup eth0 wwan0",
    plugged: "ifdown --force $1 2>/dev/null; ifup $1",
  },
  {
    name: "dhcpcd",
    setUp: "systemd-run --unit=dhcpcd --property=Restart=always dhcpcd --nobackground",
    restart: "systemctl restart dhcpcd",
  },
];

const sshdConfig = `Port 58255
HostKey /root/host
AuthorizedKeysFile /root/authorized_keys
${forwarderSshdSettings}`;

describeReal("uplinks with addresses from DHCP", systemdContainerNeeds, () => {
  // Each test waits for several events, which can take long on a busy host.
  jest.setTimeout(300_000);
  let image: string;
  let work: string;
  beforeAll(async () => {
    image = await systemdImage();
    work = mkdtempSync(join(tmpdir(), "uplinks-dhcp-"));
  }, 600_000);
  afterAll(() => rmSync(work, { recursive: true, force: true }));

  describe.each(managers)("under $name", ({ setUp, restart, plugged }) => {
    let pi: SystemdContainer;
    let home: HomeNetwork;
    beforeAll(async () => {
      const name = `uplinks-${process.pid}`;
      home = new HomeNetwork(`${name}-home`, image, forwarders);
      pi = new SystemdContainer({ name: `${name}-pi`, image, folders: { "/bundles": work } });
      await Promise.all([home.start(), pi.boot()]);
      for (const uplink of [wire, lte]) home.addRouter(uplink);
      const forwarder = home.container;
      forwarder.sh(
        `useradd --create-home ${sshUser}; usermod --password '*' ${sshUser}; mkdir /run/sshd; install -d -o ${sshUser} ${socketFolder}`,
      );
      forwarder.sh("ssh-keygen -q -t ed25519 -N '' -f /root/host; chmod 755 /root");
      const hostPublicKey = forwarder.sh("cut -d ' ' -f 1-2 /root/host.pub").trim();
      writeBundles(
        exampleConfiguration((input) => Object.assign(input.forwarders!, { hostPublicKey, addresses: forwarders })),
        join(work, "new"),
      );
      pi.sh(setUp);
      const [, publicKey] = /^ {2}(ssh-ed25519 \S+) signer@pi-1$/m.exec(pi.run("/bundles/new/pi-1/install.sh"))!;
      forwarder.sh(`echo '${publicKey}' >/root/authorized_keys; ${file("/root/sshd_config", sshdConfig)}`);
      forwarder.sh("/usr/sbin/sshd -f /root/sshd_config");
    }, 120_000);
    afterAll(() => {
      pi?.end();
      home?.end();
    });

    const plug = (uplink: UplinkOptions) => {
      home.connect(pi, uplink);
      if (plugged) pi.run("sh", "-c", plugged, "sh", uplink.interfaceName);
    };
    const marks = () =>
      pi.sh("cd /run/tezos-uplinks && grep -H . * 2>/dev/null; true").trim().split("\n").sort().join(" ");
    /** The interface through which packets from this address to the second forwarder leave. */
    const interfaceFor = (address: string) =>
      / dev (\S+)/.exec(pi.try("ip", "route", "get", forwarders[1]!, "from", address).output)?.[1];
    const tunnels = () =>
      home.container
        .sh("ss -Htn state established sport = :58255 | awk '{ print $3, $4 }' | sort")
        .trim()
        .split("\n")
        .filter(Boolean);
    /** The established sessions, as the address of the uplink's router and that of the forwarder. */
    const established = () =>
      tunnels()
        .map((line) => `${/(198\.51\.100\.\d+)/.exec(line)?.[1]} ${/(203\.0\.113\.\d+)/.exec(line)?.[1]}`)
        .sort();
    const ofWire = forwarders.map((forwarder) => `198.51.100.2 ${forwarder}`);
    const ofLte = forwarders.map((forwarder) => `198.51.100.6 ${forwarder}`);

    async function eventually(what: () => unknown, wanted: unknown, seconds = 90) {
      for (const until = Date.now() + 1000 * seconds; ;) {
        const found = what();
        if (JSON.stringify(found) === JSON.stringify(wanted) || Date.now() > until) {
          expect(found).toEqual(wanted);
          return;
        }
        await pause(250);
      }
    }

    test("each uplink has a tunnel to both forwarders as soon as it has an address", async () => {
      plug(wire);
      await eventually(established, ofWire);
      plug(lte);
      await eventually(established, [...ofWire, ...ofLte]);
      expect(marks()).toBe("eth0:192.168.100.50 wwan0:192.168.101.50");
      expect([interfaceFor("192.168.100.50"), interfaceFor("192.168.101.50")]).toEqual(["eth0", "wwan0"]);
      expect(pi.sh("cd /proc/sys/net/ipv4/conf && cat eth0/rp_filter wwan0/rp_filter")).toBe("2\n2\n");
    });

    test("rules and routes are restored after the network manager restarts", async () => {
      pi.sh(restart);
      await eventually(() => [interfaceFor("192.168.100.50"), interfaceFor("192.168.101.50")], ["eth0", "wwan0"]);
      await eventually(established, [...ofWire, ...ofLte]);
    });

    test("an uplink that drops all packets loses only its own tunnels, and no route is switched", async () => {
      const before = tunnels().filter((line) => line.includes("198.51.100.6"));
      home.setDropping(wire, true);
      await pause(8000);
      expect(tunnels().filter((line) => line.includes("198.51.100.6"))).toEqual(before);
      expect([interfaceFor("192.168.100.50"), interfaceFor("192.168.101.50")]).toEqual(["eth0", "wwan0"]);
      home.setDropping(wire, false);
      await eventually(() => pi.sh("ss -Htn state established dport = :58255 | wc -l").trim(), "4");
    });

    test("follows a new address from DHCP", async () => {
      const address = home.setNetwork(lte.number, 1);
      await eventually(marks, `eth0:192.168.100.50 wwan0:${address}`, 120);
      await eventually(() => interfaceFor(address), "wwan0");
      expect(pi.sh("ip rule")).not.toContain("192.168.101.50");
      await eventually(
        () =>
          pi
            .sh("ss -Htn state established dport = :58255")
            .split("\n")
            .filter((line) => line.includes(address)).length,
        2,
        60,
      );
    });

    test("removes the rules of an unplugged uplink, and adds them again when it is plugged in", async () => {
      home.disconnect(lte);
      await eventually(marks, "eth0:192.168.100.50");
      await eventually(() => pi.sh("ip rule | grep -c ^6732; true").trim(), "0");
      plug(lte);
      await eventually(marks, "eth0:192.168.100.50 wwan0:192.168.111.50");
      await eventually(() => [interfaceFor("192.168.100.50"), interfaceFor("192.168.111.50")], ["eth0", "wwan0"]);
      await eventually(() => pi.sh("ss -Htn state established dport = :58255 | wc -l").trim(), "4", 120);
    });
  });
});
