import { createHash } from "node:crypto";
import type { SigningKind, SigningRequest } from "../../stand-ins/octez-signer";

/** What the load asks a signer to sign next. */
export interface LoadRequest extends SigningRequest {
  /** Which of the load's chains it belongs to. */
  readonly chain: number;
}

/**
 * The load asks for a kind of signature ten times as often as a baker, which asks once in a block's time (6 s). It does
 * so for ten chains in turn, because signers keep their watermarks by chain: on a single chain a request that is
 * retried after a second would be refused, since a later one has been signed meanwhile.
 */
export const chains = 10;
const kinds: readonly SigningKind[] = ["block", "preattestation", "attestation"];
/** Rounds of consecutive levels: most blocks are baked in round 0. */
const roundsOfLevels = [1, 1, 2, 1, 3];

/** The requests of a baker with this key, level after level. No level belongs to two chains. */
export function* signingRequests(key: string, firstLevel: number): Generator<LoadRequest, never> {
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

/** The first level of a load that starts now. It is above all levels of earlier loads of up to 20 requests a second. */
export const firstLevelAt = (unixSeconds: number): number =>
  Math.floor((unixSeconds - Date.UTC(2026, 0) / 1000) * 8) + 1;

/** The bytes that octez-baker asks to sign, magic byte included. */
export function payload(key: string, chain: number, kind: SigningKind, level: number, round: number): Buffer {
  const hash = (what: string) => createHash("sha256").update(`${what} ${chain} ${level} ${round}`).digest();
  const chainId = createHash("sha256").update(`chain ${chain}`).digest().subarray(0, 4);
  if (kind === "block") return block(chainId, level, round, hash);
  return operation(key, chainId, operationTags[kind], level, round, hash);
}

interface OperationTags {
  readonly magicByte: number;
  readonly tag: number;
  /** For BLS keys (tz4), whose attestations contain no slot, so that signatures can be aggregated. */
  readonly blsTag: number;
}

/** https://gitlab.com/tezos/tezos/-/blob/octez-v25.1/src/proto_alpha/lib_protocol/operation_repr.ml */
const operationTags: Readonly<Record<Exclude<SigningKind, "block">, OperationTags>> = {
  preattestation: { magicByte: 0x12, tag: 20, blsTag: 40 },
  attestation: { magicByte: 0x13, tag: 21, blsTag: 41 },
};

type Hash = (what: string) => Buffer;

function operation(key: string, chainId: Buffer, tags: OperationTags, level: number, round: number, hash: Hash) {
  const isBls = key.startsWith("tz4");
  return Buffer.concat([
    Buffer.of(tags.magicByte),
    chainId,
    hash("branch"),
    Buffer.of(isBls ? tags.blsTag : tags.tag),
    ...(isBls ? [] : [int16(7)]),
    int32(level),
    int32(round),
    hash("payload"),
  ]);
}

/** https://gitlab.com/tezos/tezos/-/blob/octez-v25.1/src/proto_alpha/lib_protocol/block_header_repr.ml */
function block(chainId: Buffer, level: number, round: number, hash: Hash): Buffer {
  // Version, level, locked round (none), predecessor round (as -1 - round), round: fitness_repr.ml in the same folder.
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
    // The protocol's part: payload hash and round, proof of work, no nonce hash, vote.
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
