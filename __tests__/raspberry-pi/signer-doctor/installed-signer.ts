import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exampleConfiguration } from "../../../laboratory/examples";
import { forwarderSshdSettings, HomeNetwork } from "../../../laboratory/home/home-network";
import { systemdImage } from "../../../laboratory/home/systemd-image";
import { SystemdContainer } from "../../../laboratory/home/systemd-container";
import { socketFolder, sshUser } from "../../../lib/config/facts/signer-path";
import { writeBundles } from "../../../raspberry-pi/bundle";
import { key, startDns, startSshd } from "./fault";

const forwarders = ["203.0.113.11", "203.0.113.12"];
const uplinks = [
  { number: 0, interfaceName: "eth0" },
  { number: 1, interfaceName: "wwan0" },
];

const sshdConfig = (number: number) => `ListenAddress ${forwarders[number]}
Port 58255
HostKey /root/host${number}
AuthorizedKeysFile /root/authorized_keys${number}
PidFile /run/sshd${number}.pid
${forwarderSshdSettings}`;

/** A Raspberry Pi on which install.sh has run, with two uplinks and two forwarders. */
export class InstalledSigner {
  static async start(): Promise<InstalledSigner> {
    const image = await systemdImage();
    const work = mkdtempSync(join(tmpdir(), "signer-doctor-"));
    const home = new HomeNetwork(`doctor-${process.pid}-home`, image, forwarders);
    const pi = new SystemdContainer({ name: `doctor-${process.pid}-pi`, image, folders: { "/bundles": work } });
    const signer = new InstalledSigner(pi, home, work);
    try {
      await Promise.all([home.start(), pi.boot()]);
      const hostPublicKey = signer.prepareForwarders();
      signer.preparePi();
      for (const uplink of uplinks) signer.connect(uplink);
      signer.install(hostPublicKey);
      return signer;
    } catch (error) {
      signer.end();
      throw error;
    }
  }

  private constructor(
    readonly pi: SystemdContainer,
    readonly home: HomeNetwork,
    private readonly work: string,
  ) {}

  end(): void {
    this.pi.end();
    this.home.end();
    rmSync(this.work, { recursive: true, force: true });
  }

  /** @returns the forwarders' public host key */
  private prepareForwarders(): string {
    const outside = this.home.container;
    outside.sh(`useradd ${sshUser}; usermod --password '*' ${sshUser}; mkdir /run/sshd; chmod 755 /root`);
    outside.sh(
      `install -d -o ${sshUser} ${socketFolder}; ssh-keygen -q -t ed25519 -N '' -f /root/host0; cp /root/host0 /root/host1`,
    );
    return outside.sh("cut -d ' ' -f 1-2 /root/host0.pub").trim();
  }

  private preparePi(): void {
    const octezSigner = readFileSync(join(__dirname, "../programs/one-key-signer.py"), "utf8");
    this.write(this.pi, "/usr/local/bin/octez-signer", octezSigner);
    this.write(this.pi, "/usr/local/bin/timedatectl", "#!/bin/sh\ncat /etc/synchronised\n");
    this.pi.sh(`chmod 755 /usr/local/bin/*; echo yes >/etc/synchronised; echo ${key} >/etc/held`);
    this.pi.sh("rm -f /etc/resolv.conf");
    this.write(this.pi, "/etc/resolv.conf", "nameserver 192.168.100.1\nnameserver 192.168.101.1\n");
  }

  private connect(uplink: (typeof uplinks)[number]): void {
    const { number, interfaceName } = uplink;
    this.home.addRouter(uplink);
    this.home.container.sh(startDns(number));
    this.home.connect(this.pi, uplink);
    this.pi.sh(
      `ip link set ${interfaceName} up; ip address add 192.168.10${number}.50/24 dev ${interfaceName};` +
        `ip route add default via 192.168.10${number}.1 dev ${interfaceName} metric ${number === 0 ? 100 : 700}`,
    );
  }

  private install(hostPublicKey: string): void {
    const configuration = exampleConfiguration((input) => {
      Object.assign(input.forwarders!, { hostPublicKey, addresses: forwarders });
      // Its tunnels then notice a repaired fault soon.
      input.signers[0]!.uplinks[1]!.metered = false;
    });
    writeBundles(configuration, join(this.work, "new"));
    const [, publicKey] = /^ {2}(ssh-ed25519 \S+) signer@pi-1$/m.exec(this.pi.run("/bundles/new/pi-1/install.sh"))!;
    const outside = this.home.container;
    for (const number of [0, 1]) {
      outside.sh(`echo '${publicKey}' >/root/authorized_keys${number}`);
      this.write(outside, `/root/sshd_config${number}`, sshdConfig(number));
      outside.sh(startSshd(number));
    }
  }

  private write(machine: SystemdContainer, path: string, text: string): void {
    machine.run("sh", "-c", 'printf %s "$2" >"$1"', "sh", path, text);
  }
}
