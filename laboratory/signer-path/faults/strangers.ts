import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { command } from "../../cluster/commands";

/** How many of each kind there are at each door at the same time. */
const silent = 30;
const guessing = 2;

/**
 * Strangers at the forwarders' ssh ports: some connect and say nothing, as slowly as they can; others log in with keys
 * that nobody knows. They come again as soon as they are thrown out.
 * @param args doors, as host:port
 */
export async function run(args: string[]): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "strangers-"));
  command(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", join(folder, "key")]);
  for (const door of args) {
    const [host = "", port = ""] = door.split(":");
    for (let count = 0; count < silent; count++) stayAndSayNothing(host, Number(port));
    for (let count = 0; count < guessing; count++) guess(host, port, join(folder, "key"));
  }
  await new Promise((resolve) => process.stdin.resume().once("close", resolve));
  rmSync(folder, { recursive: true });
  return 0;
}

function stayAndSayNothing(host: string, port: number): void {
  const again = () => setTimeout(() => stayAndSayNothing(host, port), 200);
  connect({ host, port }, function (this: import("node:net").Socket) {
    this.write("SSH-2.0-");
  })
    .on("error", () => undefined)
    .on("close", again)
    .resume();
}

function guess(host: string, port: string, key: string): void {
  const options = ["StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "BatchMode=yes", "ConnectTimeout=3"];
  const ssh = spawn(
    "ssh",
    ["-F", "none", "-i", key, ...options.flatMap((option) => ["-o", option]), "-p", port, `signer@${host}`],
    { stdio: "ignore" },
  );
  ssh.once("close", () => setTimeout(() => guess(host, port, key), 300));
}
