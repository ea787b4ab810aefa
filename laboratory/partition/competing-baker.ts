import { createHash } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { SigningKind } from "../stand-ins/octez-signer";
import { payload } from "../signer-path/load/payloads";

/** A level for every half second, so that two bakers are always at the same level. */
const levelMilliseconds = 500;
const kind: SigningKind = "attestation";

/**
 * A minimal baker: at each level it requests one attestation through its pod's proxy, for a payload that differs from
 * every other baker's. Prints the status of each response. It has no high watermark of its own: bakers on different VMs
 * don't share one.
 * @param args URL, key hash, name
 */
export async function run([url = "", key = "", name = ""]: string[]): Promise<number> {
  for (let last = 0; ;) {
    const level = Math.floor(Date.now() / levelMilliseconds) % 2 ** 31;
    if (level !== last) {
      last = level;
      process.stdout.write(`${await sign(`${url}/keys/${key}`, ownPayload(key, name, level))}\n`);
    }
    await pause(20);
  }
}

function ownPayload(key: string, name: string, level: number): Buffer {
  const bytes = payload(key, 0, kind, level, 0);
  // The attested payload is at the end.
  createHash("sha256")
    .update(`${name} ${level}`)
    .digest()
    .copy(bytes, bytes.length - 32);
  return bytes;
}

async function sign(url: string, bytes: Buffer): Promise<string> {
  try {
    const body = JSON.stringify(bytes.toString("hex"));
    const answer = await fetch(url, { method: "POST", body, signal: AbortSignal.timeout(5000) });
    await answer.arrayBuffer();
    return String(answer.status);
  } catch (error) {
    return (error as Error).name;
  }
}
