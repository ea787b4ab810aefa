import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { command } from "../../cluster/commands";

/** An ed25519 key pair as OpenSSH writes it. */
export interface SshKey {
  readonly privateKey: string;
  readonly publicKey: string;
}

/** Makes a key pair with ssh-keygen. */
export function newSshKey(): SshKey {
  const folder = mkdtempSync(join(tmpdir(), "ssh-key-"));
  try {
    command(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "forwarder", "-f", join(folder, "key")]);
    const read = (name: string) => readFileSync(join(folder, name), "utf8");
    return { privateKey: read("key"), publicKey: read("key.pub").trim() };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
