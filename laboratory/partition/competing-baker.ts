import { createHash } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { SigningKind } from "../stand-ins/octez-signer";
import { payload } from "../signer-path/load/payloads";

/** A level for each half second: two bakers that live at one time are at one level. */
const levelMilliseconds = 500;
const kind: SigningKind = "attestation";

/**
 * The part of a baker that counts here: once in each level it has an attestation signed through its pod's proxy, and
 * what it attests is its own view of the chain, another than any other baker's. It tells of each answer's status in a
 * line. It has no watermark of its own: a second baker has another one, in its memory, than the first. URL KEY NAME
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
  // What is attested stands at the end.
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
