import { createHash } from "node:crypto";
import type { Configuration, ConfigurationInput } from "../../lib/config/schema/configuration";
import { exampleConfiguration } from "../examples";
import { drillKey } from "../stand-ins/octez-signer";

/**
 * A configuration with `count` bakers and two signers for each, on large enough VMs and ranges (hodl.farm's own ranges
 * have room for 16 VMs).
 */
export function manyBakers(count: number): Configuration {
  return exampleConfiguration((input: ConfigurationInput) => {
    const numbers = Array.from({ length: count }, (_, index) => index + 1);
    input.google.ranges = {
      nodes: "10.0.0.0/22",
      pods: "10.16.0.0/16",
      services: "10.32.0.0/20",
    };
    input.google.podsPerNode = 110;
    const perZone = Math.max(1, Math.ceil(count / 12));
    input.google.pools = {
      system: { machineType: "n2-standard-32", vmsPerZone: 1 },
      baking: { machineType: "n2-highmem-32", vmsPerZone: perZone },
    };
    input.signers = numbers.flatMap((number) =>
      ["a", "b"].map((which, index) => ({
        name: `pi-${number}${which}`,
        sshPublicKey: sshPublicKey(`pi-${number}${which}`),
        sshPort: 50_000 + 2 * number + index,
        uplinks: [{ name: "eth0" }, { name: "wwan0", metered: true }],
      })),
    );
    input.bakers = numbers.map((number) => ({
      name: `baker-${number}`,
      keys: { delegate: { publicKey: drillKey(`baker ${number}`).publicKey } },
      signers: [`pi-${number}a`, `pi-${number}b`],
      signerPort: 20_000 + number,
      resources: { cpu: 2, memoryGiB: 10 },
    }));
  });
}

/** An Ed25519 key in OpenSSH's format (https://datatracker.ietf.org/doc/html/rfc8709). Its private half does not exist. */
function sshPublicKey(name: string): string {
  const text = (bytes: Buffer) => Buffer.concat([Buffer.from([0, 0, 0, bytes.length]), bytes]);
  const blob = [Buffer.from("ssh-ed25519"), createHash("sha256").update(name).digest()].map(text);
  return `ssh-ed25519 ${Buffer.concat(blob).toString("base64")} signer@${name}`;
}
