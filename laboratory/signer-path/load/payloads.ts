import { createHash } from "node:crypto";
import type { OperationKind, Slot } from "../records";

/** What is asked to be signed next, for each key. */
export interface LoadSlot extends Slot {
  /** Which of the load's chains it is of. */
  readonly chain: number;
}

/**
 * A baker asks for a kind of signature once in a block's time, 6 s. The load asks ten times as often; it does so for ten
 * chains in turn, so that the watermarks, which are kept for each chain, compare what real ones would: without, a
 * request that is tried again a second later would be refused because of the one that came after it.
 */
export const chains = 10;
const kinds: readonly OperationKind[] = ["block", "preattestation", "attestation"];
/** Rounds of a chain's levels, one after the other: most blocks are found in the first round. */
const roundsOfLevels = [1, 1, 2, 1, 3];

/** The slots that a baker with this key is asked for, level after level; no level belongs to two chains. */
export function* slots(key: string, firstLevel: number): Generator<LoadSlot, never> {
  for (let turn = 0; ;) {
    const rounds = roundsOfLevels[turn % roundsOfLevels.length]!;
    for (let round = 0; round < rounds; round++) {
      for (const kind of kinds) {
        for (let chain = 0; chain < chains; chain++) {
          const level = firstLevel + turn * chains + chain;
          yield { key, kind, level, round, chain, payload: payload(key, chain, kind, level, round).toString("hex") };
        }
      }
    }
    turn++;
  }
}

/** The first level of a load that starts now: above all levels of any load that started before and ran up to 20/s. */
export const firstLevelAt = (unixSeconds: number): number =>
  Math.floor((unixSeconds - Date.UTC(2026, 0) / 1000) * 8) + 1;

/** The bytes that octez-baker has signed, with the magic byte, as Tenderbake encodes them. */
export function payload(key: string, chain: number, kind: OperationKind, level: number, round: number): Buffer {
  const hash = (what: string) => createHash("sha256").update(`${what} ${chain} ${level} ${round}`).digest();
  const chainId = createHash("sha256").update(`chain ${chain}`).digest().subarray(0, 4);
  return kind === "block" ? block(chainId, level, round, hash) : operation(key, chainId, kind, level, round, hash);
}

type Hash = (what: string) => Buffer;

function operation(key: string, chainId: Buffer, kind: OperationKind, level: number, round: number, hash: Hash) {
  const attestation = kind === "attestation";
  // A BLS key signs no slot, so that the signatures of many can be added up.
  const bls = key.startsWith("tz4");
  const tag = bls ? (attestation ? 41 : 40) : attestation ? 21 : 20;
  return Buffer.concat([
    Buffer.of(attestation ? 0x13 : 0x12),
    chainId,
    hash("branch"),
    Buffer.of(tag),
    ...(bls ? [] : [int16(7)]),
    int32(level),
    int32(round),
    hash("payload"),
  ]);
}

function block(chainId: Buffer, level: number, round: number, hash: Hash): Buffer {
  // Version, level, locked round (none), the predecessor's round as its complement, round.
  const fitness = [Buffer.of(2), int32(level), Buffer.alloc(0), int32(-1), int32(round)].map(withLength);
  return Buffer.concat([
    Buffer.of(0x11),
    chainId,
    int32(level),
    Buffer.of(24),
    hash("predecessor"),
    Buffer.concat([Buffer.alloc(4), int32(level * 6)]),
    Buffer.of(4),
    hash("operations"),
    withLength(Buffer.concat(fitness)),
    hash("context"),
    // The protocol's part: payload and its round, proof of work, no nonce's hash, the vote.
    hash("payload"),
    int32(round),
    hash("work").subarray(0, 8),
    Buffer.of(0, 2),
  ]);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value | 0);
  return bytes;
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

const withLength = (bytes: Buffer): Buffer => Buffer.concat([int32(bytes.length), bytes]);
