import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { command } from "../../cluster/commands";
import type { Testbed } from "../testbed/testbed";

/** How many clients of each kind connect to each port at a time. */
const silentClients = 30;
const unauthorisedClients = 2;

/** Starts hostile clients at all ssh ports of the forwarders. They end when the returned process is killed. */
export function startHostileClients({ lab, configuration }: Testbed): ChildProcess {
  const { addresses = [] } = configuration.forwarders;
  const ports = addresses.flatMap((address) => configuration.signers.map(({ sshPort }) => `${address}:${sshPort}`));
  return lab.run("laboratory/signer-path/faults/hostile-clients.ts", ports);
}

/**
 * Connects to ssh ports over and over: some clients send nothing after the start of a banner, others try to log in with
 * an unknown key.
 * @param args HOST:PORT of each ssh port
 */
export async function run(args: string[]): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "hostile-clients-"));
  command(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", join(folder, "key")]);
  for (const arg of args) {
    const [host = "", port = ""] = arg.split(":");
    for (let count = 0; count < silentClients; count++) stayConnected(host, Number(port));
    for (let count = 0; count < unauthorisedClients; count++) tryToLogIn(host, port, join(folder, "key"));
  }
  await new Promise((resolve) => process.stdin.resume().once("close", resolve));
  rmSync(folder, { recursive: true });
  return 0;
}

function stayConnected(host: string, port: number): void {
  const again = () => setTimeout(() => stayConnected(host, port), 200);
  connect({ host, port }, function (this: Socket) {
    this.write("SSH-2.0-");
  })
    .on("error", () => undefined)
    .on("close", again)
    .resume();
}

function tryToLogIn(host: string, port: string, key: string): void {
  const options = ["StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "BatchMode=yes", "ConnectTimeout=3"];
  const ssh = spawn(
    "ssh",
    ["-F", "none", "-i", key, ...options.flatMap((option) => ["-o", option]), "-p", port, `signer@${host}`],
    { stdio: "ignore" },
  );
  ssh.once("close", () => setTimeout(() => tryToLogIn(host, port, key), 300));
}
