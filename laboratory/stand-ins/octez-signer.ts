import { createHash, createPrivateKey, createPublicKey } from "node:crypto";
import { join } from "node:path";
import { b58Encode, getPkhfromPk, PrefixV2 } from "@taquito/utils";
import { command } from "../cluster/commands";
import { jsonLines } from "../json-lines";
import { packageRoot } from "../../lib/package-root";

/** What a signature is for. At each level and round a baker may sign each kind once. */
export type SigningKind = "block" | "preattestation" | "attestation";

/** What a signer is asked to sign. */
export interface SigningRequest {
  /** Key hash, such as tz1… */
  readonly key: string;
  readonly kind: SigningKind;
  readonly level: number;
  readonly round: number;
  /** The bytes to sign, magic byte included, in hexadecimal without 0x. */
  readonly payload: string;
}

/** What a signer did with one request, from its own records. */
export interface SignatureRecord extends SigningRequest {
  /** Seconds since the run's start. */
  readonly at: number;
  readonly signer: string;
  /** "unanswered": a fault injected by the drill left the request hanging, or cut off its answer. */
  readonly outcome: "signed" | "refused" | "unanswered";
}

const signerFolder = join(packageRoot, "laboratory/stand-ins/octez-signer");
/** The stand-in, to run on this host. It needs python3 and OpenSSL's libcrypto 3, on which Debian's python3 depends. */
export const signerProgram = join(signerFolder, "__main__.py");

/** Writes the stand-in as a single executable file, as octez-signer is released and installed. */
export function writeSignerProgram(file: string): void {
  // https://docs.python.org/3/library/zipapp.html
  command(["python3", "-m", "zipapp", signerFolder, "--python=/usr/bin/python3", `--output=${file}`]);
}

/** Path within the signer's --base-dir: holds the current SignerMode, and is read on every signing request. */
export const modeFile = "stand-in/mode";
/** Path within the signer's --base-dir: one line of JSON for each signing request. */
export const recordsFile = "stand-in/records";

/**
 * How the stand-in handles signing requests; it answers all other requests as usual. `slow` and `drip` take
 * milliseconds: the time until it answers, and the time between two bytes of an answer.
 */
export type SignerMode =
  "ok" | "hang" | "refuse500" | "refuse409" | "close" | "truncate" | "garbage" | `slow ${number}` | `drip ${number}`;

/** An ed25519 key in Tezos' encoding. */
export interface DrillKey {
  readonly publicKeyHash: string;
  readonly publicKey: string;
  readonly secretKey: string;
}

/** A key for drills, derived from its name. */
export function drillKey(name: string): DrillKey {
  const seed = createHash("sha256").update(name).digest();
  // Node imports no bare seed: this is its PKCS #8 form, https://www.rfc-editor.org/rfc/rfc8410#section-7
  const pkcs8 = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed]);
  const privateKey = createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" });
  const publicBytes = createPublicKey(privateKey).export({ format: "der", type: "spki" }).subarray(-32);
  const publicKey = b58Encode(publicBytes, PrefixV2.Ed25519PublicKey);
  return { publicKey, publicKeyHash: getPkhfromPk(publicKey), secretKey: b58Encode(seed, PrefixV2.Ed25519Seed) };
}

/** The key files of a signer's --base-dir as octez-signer writes them: file name to content. */
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
 * Parses a signer's records.
 * @param text of its records file; a last line that a power cut left incomplete is ignored
 * @param start of the run, Unix time in seconds; older records are left out
 */
export const signatureRecords = (text: string, signer: string, start: number): SignatureRecord[] =>
  jsonLines<Omit<SignatureRecord, "signer">>(text)
    .map((record) => ({ ...record, at: record.at - start, signer }))
    .filter(({ at }) => at >= 0);
