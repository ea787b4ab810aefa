import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { sshUser, socketFolder } from "../../lib/config/facts/signer-path";
import { writeBundles } from "../../raspberry-pi/bundle";
import { forwarderSshdSettings, HomeNetwork } from "../../laboratory/home/home-network";
import { systemdImage, systemdContainerNeeds } from "../../laboratory/home/systemd-image";
import { SystemdContainer } from "../../laboratory/home/systemd-container";
import { exampleConfiguration } from "../../laboratory/examples";
import { describeReal } from "../support/real";

const key = "tz1gg5bjopPcr9agjamyu9BbXKLibNc2rbAq";
const forwarders = ["203.0.113.11", "203.0.113.12"];
const uplinks = [
  { number: 0, interfaceName: "eth0" },
  { number: 1, interfaceName: "wwan0" },
];

/** A stand-in for octez-signer: it holds the key that is named in a file, and answers as octez-signer does. */
const octezSigner = `#!/usr/bin/python3
import http.server, pathlib
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        held = pathlib.Path("/etc/held").read_text().strip()
        self.send_response(200 if self.path == "/keys/" + held else 404)
        self.end_headers()
    def log_message(self, *_): pass
http.server.ThreadingHTTPServer(("127.0.0.1", 6732), Handler).serve_forever()
`;

const sshdConfig = (number: number) => `ListenAddress ${forwarders[number]}
Port 58255
HostKey /root/host${number}
AuthorizedKeysFile /root/authorized_keys${number}
PidFile /run/sshd${number}.pid
${forwarderSshdSettings}`;

interface Link {
  readonly link: string;
  readonly state: "ok" | "warning" | "fault";
  readonly finding: string;
  readonly do?: string;
}

/** What is broken, how it is mended, the links that must tell, and the exit status. Commands are for the Raspberry Pi. */
interface Break {
  readonly title: string;
  readonly break?: string;
  readonly mend?: string;
  /** At the forwarders and routers. */
  readonly outside?: { readonly break: string; readonly mend: string };
  /** Every link that is not ok: what it says. */
  readonly found: Record<string, RegExp>;
  readonly status?: 0 | 1;
}

const notTried = (uplink: string) =>
  Object.fromEntries([1, 2].map((number) => [`forwarder ${number} over ${uplink}`, /not tried: the uplink is down/]));
const health = "/etc/tezos-signer/health.env";
const startSshd = (number: number) => `/usr/sbin/sshd -f /root/sshd_config${number}`;
const inRouter = (number: number, command: string) => `ip netns exec router${number} ${command}`;
const dnsmasq = (number: number) =>
  inRouter(number, `dnsmasq --pid-file=/run/dns${number}.pid --no-resolv --address=/deb.debian.org/198.51.100.1`);

const breaks: Break[] = [
  {
    title: "an uplink without an address",
    break: "ip address flush dev wwan0",
    mend: "ip address add 192.168.101.50/24 dev wwan0; ip route add default via 192.168.101.1 dev wwan0 metric 700",
    found: { "uplink wwan0": /has no IPv4 address/, ...notTried("wwan0") },
  },
  {
    title: "an uplink without a default route",
    break: "ip route del default dev wwan0",
    mend: "ip route add default via 192.168.101.1 dev wwan0 metric 700",
    found: { "uplink wwan0": /no default route/, ...notTried("wwan0") },
  },
  {
    title: "an uplink without its rule",
    break: "systemctl kill --signal=STOP tezos-uplinks; ip rule del priority 6732 to 203.0.113.12",
    mend: "systemctl kill --signal=CONT tezos-uplinks; systemctl restart tezos-uplinks",
    found: {
      "uplink wwan0": /203\.0\.113\.12 is not reached through it/,
      "forwarder 2 over wwan0": /no login|does not answer/,
    },
  },
  {
    title: "a cable that is out",
    outside: { break: inRouter(1, "ip link set cable1 down"), mend: inRouter(1, "ip link set cable1 up") },
    break: "while [ -e /run/tezos-uplinks/wwan0 ]; do sleep 0.1; done",
    found: { "uplink wwan0": /has no connection/, ...notTried("wwan0") },
  },
  {
    title: "an interface of another name",
    break:
      "ip link set wwan0 down; ip link set wwan0 name usb0; while [ -e /run/tezos-uplinks/wwan0 ]; do sleep 0.1; done",
    mend:
      "ip link set usb0 name wwan0; ip link set wwan0 up; ip address replace 192.168.101.50/24 dev wwan0;" +
      "ip route replace default via 192.168.101.1 dev wwan0 metric 700",
    found: { "uplink wwan0": /there is no such network interface/, ...notTried("wwan0") },
  },
  {
    title: "a router that finds no names: a warning, since the tunnels need none",
    outside: { break: "kill $(cat /run/dns1.pid)", mend: dnsmasq(1) },
    found: { "names over wwan0": /192\.168\.101\.1 does not find deb\.debian\.org/ },
    status: 0,
  },
  {
    title: "an uplink behind which everything vanishes",
    outside: { break: inRouter(1, "nft add rule ip home cut drop"), mend: inRouter(1, "nft flush chain ip home cut") },
    found: { "forwarder 1 over wwan0": /does not answer/, "forwarder 2 over wwan0": /does not answer/ },
  },
  {
    title: "a forwarder whose sshd is gone",
    outside: { break: "kill $(cat /run/sshd1.pid); sleep 0.5", mend: startSshd(1) },
    found: { "forwarder 2 over eth0": /nothing listens/, "forwarder 2 over wwan0": /nothing listens/ },
  },
  {
    title: "a forwarder with another host key",
    outside: {
      break: `kill $(cat /run/sshd1.pid); mv /root/host1 /root/kept; ssh-keygen -q -t ed25519 -N '' -f /root/host1 <<<y; ${startSshd(1)}`,
      mend: `kill $(cat /run/sshd1.pid); mv /root/kept /root/host1; ${startSshd(1)}`,
    },
    found: { "forwarder 2 over eth0": /another host key/, "forwarder 2 over wwan0": /another host key/ },
  },
  {
    title: "a forwarder that does not know this machine",
    outside: { break: "mv /root/authorized_keys1 /root/away", mend: "mv /root/away /root/authorized_keys1" },
    found: { "forwarder 2 over eth0": /does not know/, "forwarder 2 over wwan0": /does not know/ },
  },
  {
    title: "a tunnel that was stopped",
    break: "systemctl stop tezos-tunnel@1-eth0",
    mend: "systemctl start tezos-tunnel@1-eth0",
    found: { "tunnel 1-eth0": /is not running/ },
  },
  {
    title: "a tunnel that waits",
    break:
      "systemctl kill --signal=STOP tezos-uplinks; rm /run/tezos-uplinks/eth0; systemctl restart tezos-tunnel@1-eth0; sleep 1",
    mend: "systemctl restart tezos-uplinks",
    found: {
      "tunnel 1-eth0": /it said last: waiting for eth0/,
      "forwarder 1 over eth0": /not tried/,
      "forwarder 2 over eth0": /not tried/,
    },
  },
  {
    title: "a way that is too long: here the limit is lowered",
    break: `sed -i.kept '/^ROUND_TRIP_SECONDS/s/".*"/"0"/' ${health}`,
    mend: `mv ${health}.kept ${health}`,
    found: Object.fromEntries(
      ["1-eth0", "1-wwan0", "2-eth0", "2-wwan0"].map((tunnel) => [
        `tunnel ${tunnel}`,
        /stands, over \w+; \d+ ms to the forwarder and back is too long, more than 0 ms/,
      ]),
    ),
  },
  {
    title: "a signer that does not run",
    break: "systemctl stop octez-signer",
    mend: "systemctl start octez-signer",
    found: { signer: /does not answer/ },
  },
  {
    title: "a signer without its key",
    break: "echo tz1other >/etc/held",
    mend: `echo ${key} >/etc/held`,
    found: { [`key ${key}`]: /is not held/ },
  },
  {
    title: "a signer that hangs",
    break:
      "systemctl kill --signal=STOP octez-signer; (echo hang | timeout 60 busybox nc 127.0.0.1 6732 >/dev/null &); sleep 2",
    mend: "systemctl kill --signal=CONT octez-signer; systemctl restart octez-signer",
    found: { signer: /does not answer/ },
  },
  {
    title: "a Ledger that is not plugged in",
    break: `sed -i.kept 's/DEVICE="none"/DEVICE="ledger"/' ${health}`,
    mend: `mv ${health}.kept ${health}`,
    found: { Ledger: /no Ledger is connected/ },
  },
  {
    title: "a health endpoint that does not run",
    break: "systemctl stop tezos-signer-health",
    mend: "systemctl start tezos-signer-health",
    found: { "health endpoint": /does not run/ },
  },
  {
    title: "no firewall: a warning",
    break: "systemctl stop tezos-firewall",
    mend: "systemctl start tezos-firewall",
    found: { firewall: /is not in force/ },
    status: 0,
  },
  {
    title: "a clock that is not synchronised: a warning",
    break: "echo no >/etc/synchronised",
    mend: "echo yes >/etc/synchronised",
    found: { clock: /is not synchronised/ },
    status: 0,
  },
  {
    title: "a disk that is read-only",
    break: "mount -t tmpfs -o ro,sync none /var/lib/octez-signer",
    mend: "umount /var/lib/octez-signer",
    found: { "disk under /var/lib/octez-signer": /read-only/ },
  },
  {
    title: "a disk that is full",
    break: "mount -t tmpfs -o size=8m,sync none /var/lib/octez-signer",
    mend: "umount /var/lib/octez-signer",
    found: { "disk under /var/lib/octez-signer": /is full/ },
  },
  {
    title: "watermarks that are not written through: a warning",
    break: "chattr -S /var/lib/octez-signer",
    mend: "chattr +S /var/lib/octez-signer",
    found: { watermarks: /a power cut may lose one/ },
    status: 0,
  },
  {
    title: "an installation that was interrupted",
    break: "touch /etc/tezos-signer/manifest.wanted",
    mend: "rm /etc/tezos-signer/manifest.wanted",
    found: { installation: /was interrupted/ },
  },
];

describeReal("signer-doctor", systemdContainerNeeds, () => {
  let work: string;
  let pi: SystemdContainer;
  let home: HomeNetwork;
  const write = (machine: SystemdContainer, path: string, text: string) =>
    machine.run("sh", "-c", 'printf %s "$2" >"$1"', "sh", path, text);

  function doctor(): { status: number | null; works: boolean; links: Link[] } {
    const { status, output } = pi.try("signer-doctor", "--json");
    return { status, ...(JSON.parse(output) as { works: boolean; links: Link[] }) };
  }
  const notOk = (links: readonly Link[]) => links.filter(({ state }) => state !== "ok");

  async function untilWell() {
    for (const until = Date.now() + 90_000; ;) {
      const { links } = doctor();
      if (notOk(links).length === 0) return;
      if (Date.now() > until) expect(notOk(links)).toEqual([]);
      await pause(500);
    }
  }

  beforeAll(async () => {
    const image = await systemdImage();
    work = mkdtempSync(join(tmpdir(), "signer-doctor-"));
    home = new HomeNetwork(`doctor-${process.pid}-home`, image, forwarders);
    pi = new SystemdContainer({ name: `doctor-${process.pid}-pi`, image, folders: { "/bundles": work } });
    await Promise.all([home.start(), pi.on()]);
    const outside = home.machine;
    outside.sh(`useradd ${sshUser}; usermod --password '*' ${sshUser}; mkdir /run/sshd; chmod 755 /root`);
    outside.sh(
      `install -d -o ${sshUser} ${socketFolder}; ssh-keygen -q -t ed25519 -N '' -f /root/host0; cp /root/host0 /root/host1`,
    );
    const hostPublicKey = outside.sh("cut -d ' ' -f 1-2 /root/host0.pub").trim();
    const configuration = exampleConfiguration((input) => {
      Object.assign(input.forwarders!, { hostPublicKey, addresses: forwarders });
      // Its tunnels are soon mended then.
      input.signers[0]!.uplinks[1]!.metered = false;
    });
    writeBundles(configuration, join(work, "new"));

    write(pi, "/usr/local/bin/octez-signer", octezSigner);
    write(pi, "/usr/local/bin/timedatectl", "#!/bin/sh\ncat /etc/synchronised\n");
    pi.sh(`chmod 755 /usr/local/bin/*; echo yes >/etc/synchronised; echo ${key} >/etc/held`);
    for (const uplink of uplinks) {
      home.addRouter(uplink);
      outside.sh(dnsmasq(uplink.number));
      home.plug(pi, uplink);
      pi.sh(
        `ip link set ${uplink.interfaceName} up; ip address add 192.168.10${uplink.number}.50/24 dev ${uplink.interfaceName}`,
      );
      const metric = uplink.number === 0 ? 100 : 700;
      pi.sh(`ip route add default via 192.168.10${uplink.number}.1 dev ${uplink.interfaceName} metric ${metric}`);
    }
    pi.sh("rm -f /etc/resolv.conf");
    write(pi, "/etc/resolv.conf", "nameserver 192.168.100.1\nnameserver 192.168.101.1\n");
    const [, publicKey] = /^ {2}(ssh-ed25519 \S+) signer@pi-1$/m.exec(pi.run("/bundles/new/pi-1/install.sh"))!;
    for (const number of [0, 1]) {
      outside.sh(`echo '${publicKey}' >/root/authorized_keys${number}`);
      write(outside, `/root/sshd_config${number}`, sshdConfig(number));
      outside.sh(startSshd(number));
    }
    await untilWell();
  }, 600_000);
  afterAll(() => {
    pi?.end();
    home?.end();
    rmSync(work, { recursive: true, force: true });
  });

  test("finds each link well, in words and for programs", () => {
    const { status, works, links } = doctor();
    expect([status, works]).toEqual([0, true]);
    expect(links.map(({ link }) => link)).toEqual([
      ...["eth0", "wwan0"].flatMap((uplink) => [`uplink ${uplink}`, `names over ${uplink}`]),
      ...[1, 2].flatMap((number) => ["eth0", "wwan0"].map((uplink) => `forwarder ${number} over ${uplink}`)),
      ...["1-eth0", "1-wwan0", "2-eth0", "2-wwan0"].map((instance) => `tunnel ${instance}`),
      ...["signer", `key ${key}`, "signatures", "health endpoint", "firewall", "clock"],
      ...["disk under /", "disk under /var/lib/octez-signer", "watermarks"],
    ]);
    const { output } = pi.try("signer-doctor");
    expect(output).toContain("ok       uplink eth0: 192.168.100.50, with a route of its own\n");
    expect(output).toMatch(/^ok {7}tunnel 1-eth0: stands, over eth0; \d+ ms to the forwarder and back$/m);
    expect(output).toContain("203.0.113.12:58255 has the pinned host key, and lets this machine in");
  });

  test.each(breaks)(
    "$title",
    async ({ break: broken, mend, outside, found, status = 1 }) => {
      try {
        if (outside) home.machine.run("bash", "-c", outside.break);
        if (broken) pi.run("bash", "-c", broken);
        const seen = doctor();
        const told = notOk(seen.links);
        // What goes over the broken link may be told as well, or may not yet have noticed.
        const causes = told.filter(({ link }) => !/^(tunnel|names)/.test(link) || link in found);
        expect(Object.fromEntries(causes.map(({ link, finding }) => [link, finding]))).toEqual(
          Object.fromEntries(
            Object.entries(found).map(([link, words]) => [link, expect.stringMatching(words) as string]),
          ),
        );
        for (const each of told) expect(each.do).toMatch(/\w/);
        expect([seen.status, seen.works]).toEqual(causes.length === told.length ? [status, status === 0] : [1, false]);
      } finally {
        if (outside) home.machine.run("bash", "-c", outside.mend);
        if (mend) pi.run("bash", "-c", mend);
      }
      await untilWell();
    },
    150_000,
  );

  test("says how it is used, and that it needs root and an installation", () => {
    expect(pi.run("signer-doctor", "--help")).toContain("exit status:");
    expect(pi.try("setpriv", "--reuid=1", "--clear-groups", "signer-doctor")).toEqual({
      status: 2,
      output: "signer-doctor: run it as root: sudo signer-doctor\n",
    });
    pi.sh("mv /etc/tezos-signer/health.env /root/");
    expect(pi.try("signer-doctor").status).toBe(2);
    pi.sh("mv /root/health.env /etc/tezos-signer/");
  });
});
