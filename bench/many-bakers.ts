import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { b58Encode, PrefixV2 } from "@taquito/utils";
import { parse, stringify } from "yaml";
import type { ConfigurationInput } from "../lib/config/schema/configuration";
import { packageRoot } from "../lib/package-root";

/** Writes a configuration with many bakers that use the signers of hodl-farm, each with its own key. */
export function writeManyBakers(file: string, count: number): void {
  const input = parse(readFileSync(join(packageRoot, "config", "hodl-farm.yaml"), "utf8")) as ConfigurationInput;
  const [template] = input.bakers;
  const bakers = Array.from({ length: count }, (_, index) => ({
    ...template!,
    name: `baker-${index + 1}`,
    keys: { delegate: { publicKey: publicKey(index) } },
    authenticationPublicKey: undefined,
    signerPort: 20000 + index,
  }));
  const baking = { ...input.google.pools?.baking, vmsPerZone: count };
  const google = { ...input.google, ranges: { pods: "10.64.0.0/14" }, pools: { ...input.google.pools, baking } };
  writeFileSync(file, stringify({ ...input, google, bakers }));
}

/** A well-formed public key that nobody has the private key of. */
function publicKey(index: number): string {
  const bytes = Buffer.alloc(32);
  bytes.writeUInt32BE(index);
  return b58Encode(bytes, PrefixV2.Ed25519PublicKey);
}
