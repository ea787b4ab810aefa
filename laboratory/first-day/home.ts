import { chmodSync, cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { command } from "../cluster/commands";
import type { Laboratory } from "../cluster/laboratory";
import { RaspberryPi } from "../home/raspberry-pi";
import { type DrillKey, keyFiles, writeSignerProgram } from "../stand-ins/octez-signer";
import { octezSignerData } from "../../raspberry-pi/paths";

/** A Raspberry Pi that has just got its operating system: a user who may call sudo and log in with an ssh key. */
export class NewRaspberryPi {
  /** @param folder for the person's ssh key */
  static async start(lab: Laboratory, folder: string, name: string, log: (line: string) => void) {
    const pi = await RaspberryPi.start(lab, name, ["eth0"], log, [octezSignerData]);
    mkdirSync(folder, { recursive: true });
    const key = join(folder, `key-${name}`);
    command(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key]);
    pi.sh("useradd --create-home --shell /bin/bash pi && install -d -m 700 -o pi -g pi /home/pi/.ssh");
    cpSync(`${key}.pub`, join(pi.disk, "home/pi/.ssh/authorized_keys"));
    // As in Raspberry Pi OS.
    writeFileSync(join(pi.disk, "etc/sudoers.d/010_pi-nopasswd"), "pi ALL=(ALL) NOPASSWD: ALL\n", { mode: 0o440 });
    pi.sh("chown pi: /home/pi/.ssh/authorized_keys && ssh-keygen -A >/dev/null && systemctl start ssh");
    return new NewRaspberryPi(pi, key);
  }

  private constructor(
    readonly pi: RaspberryPi,
    private readonly key: string,
  ) {}

  /** In its own network at home. */
  get address(): string {
    const [, address] = / inet ([\d.]+)\//.exec(this.pi.run("ip", "-4", "-oneline", "address", "show", "eth0")) ?? [];
    return address!;
  }

  /** The lines of ssh's configuration by which a person reaches it. */
  get sshConfig(): string {
    const lines = [
      `Host ${this.pi.name}`,
      "User pi",
      `IdentityFile ${this.key}`,
      `UserKnownHostsFile ${this.key}.known`,
    ];
    return `${lines.join("\n  ")}\n`;
  }

  /** Puts the stand-in for octez-signer where a person downloads the real one to. @returns its checksum */
  downloadSigner(): string {
    const file = join(this.pi.disk, "home/pi/octez-signer");
    writeSignerProgram(file);
    chmodSync(file, 0o755);
    return this.pi.run("sha256sum", "/home/pi/octez-signer").split(" ")[0]!;
  }

  /** Imports a key, which the stand-in for octez-signer can't do by itself. */
  importKey(key: DrillKey): void {
    for (const [name, text] of Object.entries(keyFiles([key])))
      writeFileSync(join(this.pi.memoryPath(octezSignerData), name), text, { mode: 0o600 });
    this.pi.sh(`chown octez-signer: ${octezSignerData}/*`);
    this.pi.run("systemctl", "restart", "octez-signer");
  }
}
