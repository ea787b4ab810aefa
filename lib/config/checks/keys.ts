import { characterName } from "../reading/characters";
import type { Findings } from "../reading/findings";
import { pathText, type Path } from "../reading/problems";
import { publicRpc } from "../facts/octez";
import { keyRoles, type KeyRole } from "../schema/baker";
import type { BakerConfiguration, Configuration, KeyConfiguration } from "../schema/configuration";
import { isUnreadable, type Readable } from "../reading/shape";
import { shown } from "../reading/values";
import { each, eachRepeated } from "./each";

// Loaded only when a key is checked: it takes longer to load than everything else here together.
const taquito = () => require("@taquito/utils") as typeof import("@taquito/utils");

type Hashes = Partial<Record<KeyRole, string>>;

/** The keys of all bakers: well-formed, of the right kind, and each used only once. */
export function checkBakerKeys(configuration: Readable<Configuration>, findings: Findings): void {
  const hashes: [Path, string][] = [];
  for (const [index, baker] of each(configuration.bakers)) {
    const hashOf: Hashes = {};
    for (const role of keyRoles) {
      const key = baker.keys?.[role];
      if (key === undefined) continue;
      const path = ["bakers", index, "keys", role];
      hashOf[role] = checkKey(path, key, configuration.tezos?.network, findings);
      if (hashOf[role]) hashes.push([path, hashOf[role]]);
    }
    checkCompanion(["bakers", index], baker, hashOf, findings);
    checkLedger(["bakers", index, "keys"], configuration, baker, hashOf, findings);
    checkAuthentication(["bakers", index, "authenticationPublicKey"], baker.authenticationPublicKey, hashOf, findings);
  }
  eachRepeated(hashes, (path, first, hash) => findings.problem(path, usedTwice(path, first, hash)));
}

/** @returns the hash of the key, if it is known; that of a missing publicKey as well, for the checks that compare keys. */
function checkKey(
  path: Path,
  key: Readable<KeyConfiguration>,
  network: string | undefined,
  findings: Findings,
): string | undefined {
  const { publicKey, publicKeyHash } = key;
  const hashFault = publicKeyHash === undefined ? undefined : hashFaultOf(publicKeyHash);
  if (hashFault) findings.problem([...path, "publicKeyHash"], hashFault);
  const knownHash = hashFault ? undefined : publicKeyHash;
  if (publicKey === undefined) {
    if (!isUnreadable(key, "publicKey")) {
      findings.onlyProblem(
        [...path, "publicKey"],
        `is missing. Without it the baker could not start while its signers are offline. ${howToGetKey(knownHash, network)}`,
      );
    }
    return knownHash;
  }
  const keyFault = publicKeyFault(publicKey, network);
  if (keyFault) {
    findings.problem([...path, "publicKey"], keyFault);
    return knownHash;
  }
  const hash = taquito().getPkhfromPk(publicKey);
  if (knownHash !== undefined && hash !== knownHash) {
    findings.problem(
      [...path, "publicKeyHash"],
      `is ${shown(knownHash)}, but the hash of publicKey is "${hash}". Correct one of them.`,
    );
  }
  return hash;
}

/**
 * A node knows the public key of an account only after the account's first operation.
 * https://octez.tezos.com/docs/api/odoc/_html/tezos-protocol-022-PsRiotum/Tezos_raw_protocol_022_PsRiotum/Manager_repr
 */
function howToGetKey(hash = "<hash>", network?: string): string {
  const rpc = (network === undefined ? undefined : publicRpc(network)) ?? "<RPC of a node>";
  return (
    `Print it with \`octez-client show address ALIAS\`, or, if the account has revealed it, with ` +
    `\`curl ${rpc}/chains/main/blocks/head/context/contracts/${hash}/manager_key\`.`
  );
}

function publicKeyFault(value: string, network?: string): string | undefined {
  const { validatePublicKey, ValidationResult } = taquito();
  const result = validatePublicKey(value);
  if (result === ValidationResult.VALID) return undefined;
  const kinds = "edpk… (tz1), sppk… (tz2), p2pk… (tz3) or BLpk… (tz4)";
  if (/^tz[1-4]/.test(value)) {
    const hash = hashFaultOf(value) ? undefined : value;
    return `${shown(value)} is a key hash, not a public key. ${howToGetKey(hash, network)}`;
  }
  return encodingFault(value, result, /^(edpk|sppk|p2pk|BLpk)/, kinds);
}

function hashFaultOf(value: string): string | undefined {
  const { validateKeyHash, ValidationResult } = taquito();
  const result = validateKeyHash(value);
  if (result === ValidationResult.VALID) return undefined;
  if (/^(edpk|sppk|p2pk|BLpk)/.test(value)) return `${shown(value)} is a public key, not a hash. Move it to publicKey.`;
  if (value.startsWith("KT1")) return `${shown(value)} is a contract. Only an account with a key can bake.`;
  return encodingFault(value, result, /^tz[1-4]/, "tz1…, tz2…, tz3… or tz4…");
}

function encodingFault(value: string, result: number, prefix: RegExp, kinds: string): string {
  const { ValidationResult } = taquito();
  if (!prefix.test(value)) return `must begin with ${kinds}, is ${shown(value)}.`;
  if (result === ValidationResult.INVALID_ENCODING) {
    const [wrong] = notBase58.exec(value) ?? [];
    const name = wrong === undefined ? "a character" : characterName(wrong);
    return `${shown(value)} has ${name} in it, which no Tezos key has. Copy it again.`;
  }
  return `${shown(value)} has a wrong checksum: a character is mistyped or missing. Copy it again.`;
}

/** https://en.bitcoin.it/wiki/Base58Check_encoding */
const notBase58 = /[^1-9A-HJ-NP-Za-km-z]/u;

const isBls = (hash: string) => hash.startsWith("tz4");

/** https://docs.tezos.com/tutorials/join-dal-baker/prepare-account */
function checkCompanion(path: Path, baker: Readable<BakerConfiguration>, hashOf: Hashes, findings: Findings): void {
  const at = [...path, "keys", "companion"];
  if (hashOf.companion && !isBls(hashOf.companion)) {
    findings.problem(at, `must be a tz4 key (BLpk…), is the key of ${hashOf.companion}. Use a BLS key.`);
  }
  const [signing, name] = baker.keys?.consensus ? [hashOf.consensus, "consensus"] : [hashOf.delegate, "delegate"];
  if (!signing) return;
  // A companion key of the next consensus key is added together with it.
  const next = hashOf.nextConsensus;
  if (baker.keys?.companion && !isBls(signing) && !(next && isBls(next))) {
    findings.problem(at, `works only with a tz4 consensus key, and the ${name} key is ${signing}. Remove companion.`);
  }
  if (!baker.keys?.companion && isBls(signing) && baker.dal) {
    findings.warning(
      [...path, "dal"],
      `is true, but a tz4 ${name} key can't attest DAL slots without a companion key. Add keys.companion, or set dal to false.`,
    );
  }
}

/**
 * A Ledger signs only with keys of types tz1, tz2 and tz3.
 * https://octez.tezos.com/docs/user/key-management.html
 */
function checkLedger(
  path: Path,
  configuration: Readable<Configuration>,
  baker: Readable<BakerConfiguration>,
  hashOf: Hashes,
  findings: Findings,
): void {
  const ledgers = each(configuration.signers)
    .map(([, signer]) => signer)
    .filter(
      (signer) => signer.device === "ledger" && signer.name !== undefined && baker.signers?.includes(signer.name),
    );
  if (ledgers.length === 0) return;
  for (const role of keyRoles) {
    // With a consensus key the baker's signers never sign with the delegate's own key.
    if (role === "delegate" && baker.keys?.consensus) continue;
    const hash = hashOf[role];
    if (!hash || !isBls(hash)) continue;
    findings.problem(
      [...path, role],
      `is ${hash}, and a Ledger (signer ${ledgers.map((signer) => signer.name).join(", ")}) can't sign with tz4 keys. Use a tz1, tz2 or tz3 key, or a signer that supports BLS keys.`,
    );
  }
}

function checkAuthentication(path: Path, value: string | undefined, hashOf: Hashes, findings: Findings): void {
  if (value === undefined) return;
  const fault = publicKeyFault(value);
  if (fault) findings.problem(path, fault);
  else if (!value.startsWith("edpk")) {
    findings.problem(
      path,
      `must be an ed25519 key (edpk…), is ${shown(value)}. docs/deploy.md says how to create one in memory.`,
    );
  } else if (Object.values(hashOf).includes(taquito().getPkhfromPk(value))) {
    findings.problem(
      path,
      "is a key that this baker bakes with. Create one that is used only for authentication: its private key is stored in the cloud.",
    );
  }
}

function usedTwice(path: Path, first: Path, hash: string): string {
  if (first[1] === path[1])
    return `${hash} is already keys.${first[3]} of this baker. Remove ${path[3]}, or use a different key.`;
  return `${hash} is already ${pathText(first)}. Two bakers that sign with the same key sign twice, and are slashed. Use a different key for each baker.`;
}
