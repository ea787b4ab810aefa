import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Configuration, SignerConfiguration } from "../../../lib/config/schema/configuration";
import { writeBundles } from "../../../raspberry-pi/bundle";
import { octezSignerData } from "../../../raspberry-pi/paths";
import type { RaspberryPi } from "../../home/raspberry-pi";
import { keyFiles, writeSignerProgram } from "../../stand-ins/octez-signer";
import { testbedKey } from "./configuration";
import { installTcpSigner } from "./tcp-signer";

/** Copies a Raspberry Pi's bundle to it and runs install.sh, with the stand-in for octez-signer. @returns its output */
export function installBundle(pi: RaspberryPi, configuration: Configuration): string {
  const folder = mkdtempSync(join(tmpdir(), "bundles-"));
  try {
    writeBundles(configuration, join(folder, "signers"));
    const bundle = join(pi.disk, "opt/bundle");
    rmSync(bundle, { recursive: true, force: true });
    cpSync(join(folder, "signers", pi.name), bundle, { recursive: true });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  writeSignerProgram(join(pi.disk, "opt/octez-signer"));
  const [sum] = pi.run("sha256sum", "/opt/octez-signer").split(" ");
  return pi.run("/opt/bundle/install.sh", "--octez-signer", "/opt/octez-signer", "--sha256", sum!);
}

/** @returns the ssh public key that install.sh printed */
export function sshPublicKey(output: string): string {
  const [, key] = /^ {2}(ssh-ed25519 .*)$/m.exec(output) ?? [];
  if (key === undefined) throw new Error(`install.sh printed no ssh public key:\n${output}`);
  return key;
}

/** Installs the testbed's key and the signer's software, as the user does. */
export function installSigner(pi: RaspberryPi, configuration: Configuration, signer: SignerConfiguration): void {
  if (signer.protocol === "tcp") installTcpSigner(pi, signer.port);
  const data = pi.memoryPath(octezSignerData);
  for (const [name, text] of Object.entries(keyFiles([testbedKey]))) {
    writeFileSync(join(data, name), text, { mode: 0o600 });
  }
  pi.sh(`chown octez-signer: ${octezSignerData}/*`);
  installBundle(pi, configuration);
  pi.run("systemctl", "restart", "octez-signer");
}
