import { readFileSync, writeFileSync } from "node:fs";
import { parseDocument } from "yaml";
import type { Reply } from "./terminal";

/** What a person has before the first day: names, and the baker's key. */
export interface Person {
  readonly project: string;
  readonly name: string;
  readonly delegate: string;
}

/** What a person types when a program asks. */
export const replies: readonly Reply[] = [
  { question: /continue connecting \(yes\/no[^)]*\)\?/, reply: () => "yes\r" },
  // farm deploy says itself which word it waits for.
  { question: /\S.* Type (\S+): /, reply: ([, word]) => `${word}\r` },
];

/** The person's configuration file, which is edited as the documentation says where a value comes from. */
export class ConfigurationText {
  private readonly done = new Set<string>();

  constructor(private readonly file: string) {}

  /** Replaces the example's values. */
  begin({ project, name, delegate }: Person): void {
    this.set(["name"], name);
    this.set(["google", "project"], project);
    this.set(["bakers", 0, "keys", "delegate", "publicKey"], delegate);
    // These two are not a person's: this host is smaller than the VMs, and nothing here serves a snapshot.
    this.set(["bakers", 0, "resources"], { cpu: 0.5, memoryGiB: 2 });
    this.set(["tezos", "snapshot"], { enabled: false });
  }

  /** Copies values that a command has printed. @returns which fields, for people */
  copyFrom(output: string): string[] {
    const found: [string, (string | number)[], unknown][] = [];
    const [signerKey] = /ssh-ed25519 \S+ signer@\S+/.exec(output) ?? [];
    if (signerKey) found.push(["signers[0].sshPublicKey", ["signers", 0, "sshPublicKey"], signerKey]);
    const [hostKey] = /ssh-ed25519 \S+ forwarder$/m.exec(output) ?? [];
    if (hostKey) found.push(["forwarders.hostPublicKey", ["forwarders", "hostPublicKey"], hostKey]);
    const [, list] = /forwarder(?:_|s\.)addresses\W{1,4}\[([^\]]*)\]/.exec(output) ?? [];
    const addresses = list?.match(/\d+\.\d+\.\d+\.\d+/g);
    if (addresses) found.push(["forwarders.addresses", ["forwarders", "addresses"], addresses]);
    const copied = found.filter(([name, , value]) => !this.done.has(`${name} ${JSON.stringify(value)}`));
    for (const [name, path, value] of copied) {
      this.done.add(`${name} ${JSON.stringify(value)}`);
      this.set(path, value);
    }
    return copied.map(([name]) => name);
  }

  private set(path: (string | number)[], value: unknown): void {
    const document = parseDocument(readFileSync(this.file, "utf8"));
    document.setIn(path, document.createNode(value));
    writeFileSync(this.file, document.toString({ lineWidth: 0 }));
  }
}
