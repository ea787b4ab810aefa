import { createHash, createPrivateKey, createPublicKey } from "node:crypto";
import { join } from "node:path";
import { b58Encode, getPkhfromPk, PrefixV2 } from "@taquito/utils";
import { command } from "../cluster/commands";
import { jsonLines } from "../json-lines";
import type { SignatureRecord } from "../signer-path/records";
import { packageRoot } from "../../lib/package-root";

const signerFolder = join(packageRoot, "laboratory/stand-ins/octez-signer");
/** The stand-in, to run on this host. It needs python3 and OpenSSL's libcrypto 3, on which Debian's python3 depends. */
export const signerProgram = join(signerFolder, "__main__.py");

/** Writes the stand-in as a single executable file: octez-signer is released and installed as one. */
export function writeSignerProgram(file: string): void {
  // https://docs.python.org/3/library/zipapp.html
  command(["python3", "-m", "zipapp", signerFolder, "--python=/usr/bin/python3", `--output=${file}`]);
}

/** Within the signer's --base-dir: what it does with signing requests (SignerMode), read at each of them. */
export const modeFile = "stand-in/mode";
/** Within the signer's --base-dir: a line for each signing request that reached it. */
export const recordsFile = "stand-in/records";

/**
 * What the stand-in does with signing requests; everything else it goes on to answer. Milliseconds: `slow` is the time
 * until it answers, `drip` the time between two bytes of an answer.
 */
export type SignerMode =
  "ok" | "hang" | "refuse500" | "refuse409" | "close" | "break" | "garbage" | `slow ${number}` | `drip ${number}`;

/** An ed25519 key in Tezos' notation. */
export interface DrillKey {
  readonly publicKeyHash: string;
  readonly publicKey: string;
  readonly secretKey: string;
}

/** A key of a drill: the same for the same name. */
export function drillKey(name: string): DrillKey {
  const seed = createHash("sha256").update(name).digest();
  // RFC 8410's wrapping of a seed: node takes no bare one.
  const pkcs8 = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed]);
  const privateKey = createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" });
  const publicBytes = createPublicKey(privateKey).export({ format: "der", type: "spki" }).subarray(-32);
  const publicKey = b58Encode(publicBytes, PrefixV2.Ed25519PublicKey);
  return { publicKey, publicKeyHash: getPkhfromPk(publicKey), secretKey: b58Encode(seed, PrefixV2.Ed25519Seed) };
}

/** The key files of a signer's --base-dir, by name, as octez-signer keeps them. */
export function keyFiles(keys: readonly DrillKey[]): Record<string, string> {
  const file = (value: (key: DrillKey) => unknown) =>
    `${JSON.stringify(keys.map((key, index) => ({ name: `key-${index + 1}`, value: value(key) })))}\n`;
  return {
    secret_keys: file(({ secretKey }) => `unencrypted:${secretKey}`),
    public_keys: file(({ secretKey, publicKey }) => ({ locator: `unencrypted:${secretKey}`, key: publicKey })),
    public_key_hashs: file(({ publicKeyHash }) => publicKeyHash),
  };
}

/**
 * What a signer has written down.
 * @param text of its records file; a last line that was cut off by a power cut is left out
 * @param start of the run, Unix time in seconds
 */
export const signatureRecords = (text: string, signer: string, start: number): SignatureRecord[] =>
  jsonLines<Omit<SignatureRecord, "signer">>(text)
    .map((record) => ({ ...record, at: record.at - start, signer }))
    .filter(({ at }) => at >= 0);
