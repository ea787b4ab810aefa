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

/** A Raspberry Pi as in the report: one autossh, over the uplink of the default route. */
export class RaspberryPi2019 {
  /** Boots it with a running signer and an ssh key; dial() opens its tunnel. */
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

  /** Its ssh key. */
  get publicKey(): string {
    return this.pi.run("cat", `${sshKey}.pub`);
  }

  /** The path of its signer's records on the host. */
  get records(): string {
    return join(this.pi.disk, signerFolder, recordsFile);
  }

  /** Starts autossh. @param host of the forwarder */
  dial(host: string): void {
    const environment = Object.entries(autosshEnvironment).map(([name, value]) => `--setenv=${name}=${value}`);
    const autossh = autosshCommand(host, sshKey, signerAddress);
    this.pi.run("systemd-run", "--quiet", "--unit=autossh", ...environment, ...autossh);
  }

  /** Drops all packets of the wired uplink, silently. */
  cutWiredUplink(): void {
    this.pi.uplink("eth0").drop();
  }

  /** Moves the default route to LTE, as happened when the report's author pulled the plug. */
  moveRoute(): void {
    this.pi.run("ip", "route", "delete", "default", "dev", "eth0");
  }

  /** The log of autossh and its ssh. */
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
