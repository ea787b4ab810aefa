import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { authorizedKeys, hostKeyFolder, hostKeyFile, sshdConfig } from "../../../lib/forwarder/sshd-config";
import { exampleConfiguration } from "../../../laboratory/examples";
import { expectGolden } from "../../support/golden";
import { findProgram } from "../../../laboratory/needs";
import { describeReal } from "../../support/real";
import { forHostSshd } from "../../../laboratory/forwarder/openssh-version";

const [signer] = exampleConfiguration().signers;
const anywhere = ["0.0.0.0/0"];
/** The settings by name, without comments. */
const settings = (text: string) =>
  new Map([...text.matchAll(/^([A-Z]\w+) (.*)$/gm)].map(([, name, value]) => [name!, value!]));

test("sshd_config is as reviewed", () => {
  expectGolden("golden/sshd_config", sshdConfig(signer!, anywhere));
});

test("authorized_keys has the signer's key without its comment, restricted to forwards", () => {
  const key = { ...signer!, sshPublicKey: " ssh-ed25519   AAAAC3Nz  me@home\n" };
  expect(authorizedKeys(key)).toBe('restrict,port-forwarding,permitlisten="127.0.0.1:1" ssh-ed25519 AAAAC3Nz pi-1\n');
});

test("only the signature algorithms of the key's own type are accepted", () => {
  const accepted = (sshPublicKey: string) =>
    settings(sshdConfig({ ...signer!, sshPublicKey }, anywhere)).get("PubkeyAcceptedAlgorithms");
  expect(accepted("ssh-ed25519 AAAA")).toBe("ssh-ed25519");
  expect(accepted("ecdsa-sha2-nistp256 AAAA")).toBe("ecdsa-sha2-nistp256");
  expect(accepted("ssh-rsa AAAA")).toBe("rsa-sha2-512,rsa-sha2-256");
});

test("configured networks are exempt from penalties; the whole internet is not", () => {
  const exempt = (networks: string[]) => settings(sshdConfig(signer!, networks)).get("PerSourcePenaltyExemptList");
  expect(exempt(anywhere)).toBeUndefined();
  expect(exempt(["198.51.100.0/24", "203.0.113.7/32"])).toBe("198.51.100.0/24,203.0.113.7/32");
});

test("settings that would break tunnels are absent", () => {
  const given = settings(sshdConfig(signer!, anywhere));
  expect(given.get("MaxSessions")).toBe("0");
  expect(given.has("UnusedConnectionTimeout")).toBe(false);
});

describeReal("sshd accepts its configuration", { programs: ["sshd", "ssh-keygen"] }, () => {
  test.each([[anywhere], [["198.51.100.0/24", "203.0.113.7/32"]]])("for %j", (networks) => {
    const folder = mkdtempSync(join(tmpdir(), "sshd-config-"));
    try {
      mkdirSync(join(folder, "key"));
      execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(folder, "key", hostKeyFile)]);
      chmodSync(join(folder, "key", hostKeyFile), 0o600);
      const text = forHostSshd(sshdConfig(signer!, networks).replaceAll(hostKeyFolder, join(folder, "key")));
      writeFileSync(join(folder, "sshd_config"), text);
      execFileSync(findProgram("sshd")!, ["-t", "-f", join(folder, "sshd_config")], { stdio: "pipe" });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
