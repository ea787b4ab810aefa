import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Laboratory } from "../../cluster/laboratory";
import type { DrillKey } from "../../stand-ins/octez-signer";
import { keyFiles, recordsFile, writeSignerProgram } from "../../stand-ins/octez-signer";
import type { LogLine } from "../testbed/pod-log";
import { RaspberryPi } from "../../home/raspberry-pi";
import { autosshCommand, autosshEnvironment } from "./settings";

const signerFolder = "/opt/signer";
const signerAddress = "127.0.0.1:6732";
const sshKey = "/root/id_ed25519";
const uplinks = ["eth0", "wwan0"];

/** A Raspberry Pi as the report's: one autossh, over whatever uplink the default route leads to. */
export class RaspberryPi2019 {
  static async start(lab: Laboratory, name: string, key: DrillKey, log: (line: string) => void) {
    const pi = await RaspberryPi.start(lab, name, uplinks, log);
    const folder = join(pi.disk, signerFolder);
    mkdirSync(folder, { recursive: true });
    for (const [file, text] of Object.entries(keyFiles([key]))) writeFileSync(join(folder, file), text);
    writeSignerProgram(join(pi.disk, "/opt/octez-signer"));
    const [host = "", port = ""] = signerAddress.split(":");
    const launch = ["launch", "http", "signer", "--address", host, "--port", port];
    pi.run("systemd-run", "--quiet", "--unit=octez-signer", "/opt/octez-signer", "--base-dir", signerFolder, ...launch);
    pi.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", sshKey);
    return new RaspberryPi2019(pi);
  }

  private constructor(readonly pi: RaspberryPi) {}

  get publicKey(): string {
    return this.pi.run("cat", `${sshKey}.pub`);
  }

  /** Where its signer's records lie. */
  get records(): string {
    return join(this.pi.disk, signerFolder, recordsFile);
  }

  dial(host: string): void {
    const environment = Object.entries(autosshEnvironment).map(([name, value]) => `--setenv=${name}=${value}`);
    const words = autosshCommand(host, sshKey, signerAddress);
    this.pi.run("systemd-run", "--quiet", "--unit=autossh", ...environment, ...words);
  }

  /** Packets of the wire vanish; nobody is told. */
  cutWire(): void {
    this.pi.uplink("eth0").drop();
  }

  /** LTE takes over, as it did when the report's author pulled the plug. */
  moveRoute(): void {
    this.pi.run("ip", "route", "delete", "default", "dev", "eth0");
  }

  /** What autossh and its ssh have said. */
  log(): LogLine[] {
    const lines = this.pi.run("journalctl", "--unit=autossh", "--output=json", "--output-fields=MESSAGE");
    return lines
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as { MESSAGE: string; __REALTIME_TIMESTAMP: string })
      .map(({ MESSAGE: text, __REALTIME_TIMESTAMP: time }) => ({
        time: Number(time) / 1e6,
        container: "autossh",
        text,
      }));
  }
}
