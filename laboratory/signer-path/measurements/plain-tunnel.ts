import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { octezSignerData } from "../../../raspberry-pi/paths";
import { command } from "../../cluster/commands";
import type { Laboratory } from "../../cluster/laboratory";
import { findProgram } from "../../needs";
import { drillKey, keyFiles } from "../../stand-ins/octez-signer";
import { testbedKey } from "../testbed/configuration";
import { newSshKey, type SshKey } from "../testbed/ssh-key";
import type { Testbed } from "../testbed/testbed";

/** A key of its own: to the signer's watermark, two loads with one key would look like a baker that signs twice. */
const plainKey = drillKey("plain tunnel");
const ports = { sshd: 2222, signer: 6732 };

/** A tunnel without proxies, and the key that the signer has for it. */
export interface PlainTunnel {
  /** HOST:PORT that leads to the signer. */
  readonly address: string;
  readonly publicKey: string;
  readonly end: () => void;
}

/** Opens a plain `ssh -R` from the first signer, over its first uplink, to an sshd in the laboratory's network. */
export async function startPlainTunnel(testbed: Testbed): Promise<PlainTunnel> {
  const { lab, configuration } = testbed;
  const pi = testbed.pis[0]!;
  const clientKey = newSshKey();
  const sshd = startSshd(lab, clientKey);

  for (const [name, body] of Object.entries(keyFiles([testbedKey, plainKey])))
    writeFileSync(join(pi.memoryPath(octezSignerData), name), body);
  pi.run("systemctl", "restart", "octez-signer");
  const identity = "/root/plain-tunnel";
  writeFileSync(join(pi.disk, identity), clientKey.privateKey, { mode: 0o600 });
  const options = ["StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "ExitOnForwardFailure=yes"];
  const address = `${lab.network.address}:${ports.signer}`;
  const argv = [
    ...["ssh", "-N", "-F", "none", "-i", identity, "-p", String(ports.sshd), "-B", pi.uplinks[0]!.name],
    ...["-R", `${address}:127.0.0.1:${configuration.signers[0]!.port}`],
    ...options.flatMap((option) => ["-o", option]),
    `root@${lab.network.address}`,
  ];
  // In another PID namespace nsenter would fork, and kill() below would end nsenter instead of ssh.
  const enter = pi.enter.filter((option) => option !== "--pid");
  const ssh = spawn(enter[0]!, [...enter.slice(1), ...argv], { stdio: "ignore" });
  const end = () => [ssh, sshd].forEach((one) => one.kill("SIGKILL"));
  lab.atEnd(end);
  const url = `http://${address}/keys/${plainKey.publicKeyHash}`;
  const retries = ["--retry", "30", "--retry-delay", "1", "--retry-all-errors"];
  command([...lab.network.enter, "curl", "--silent", "--fail", "--output", "/dev/null", ...retries, url]);
  // The signer has restarted: its health checks have to notice that first.
  await pause(15_000);
  await testbed.untilAllUp();
  return { address, publicKey: plainKey.publicKey, end };
}

function startSshd(lab: Laboratory, clientKey: SshKey) {
  const folder = mkdtempSync(join(tmpdir(), "plain-tunnel-"));
  lab.atEnd(() => rmSync(folder, { recursive: true, force: true }));
  const write = (name: string, content: string) => writeFileSync(join(folder, name), content, { mode: 0o600 });
  write("host-key", newSshKey().privateKey);
  write("authorized_keys", `${clientKey.publicKey}\n`);
  const settings = [
    ...[`Port ${ports.sshd}`, `ListenAddress ${lab.network.address}`, `HostKey ${folder}/host-key`],
    ...[`AuthorizedKeysFile ${folder}/authorized_keys`, "StrictModes no", "UsePAM no", "PidFile none"],
    ...["PermitRootLogin yes", "GatewayPorts clientspecified"],
  ];
  write("sshd_config", `${settings.join("\n")}\n`);
  // sshd's chroot for its unprivileged process.
  mkdirSync("/run/sshd", { recursive: true });
  const [program = "", ...rest] = [...lab.network.enter, findProgram("sshd")!];
  return spawn(program, [...rest, "-D", "-e", "-f", join(folder, "sshd_config")], { stdio: "ignore" });
}
