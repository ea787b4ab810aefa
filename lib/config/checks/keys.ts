import type { Findings } from "../reading/findings";
import { pathText, type Path } from "../reading/problems";
import type { BakerConfiguration, Configuration, KeyConfiguration } from "../schema/configuration";
import type { Readable } from "../reading/shape";
import { shown } from "../reading/values";
import { each, eachRepeated } from "./each";

// Loaded when a key is looked at, not with this file: it takes longer to load than everything else here together.
const taquito = () => require("@taquito/utils") as typeof import("@taquito/utils");

type Role = keyof BakerConfiguration["keys"];
const roles: readonly Role[] = ["delegate", "consensus", "nextConsensus", "companion"];

/** The keys of all bakers: well formed, of the right kind, and in one place each. */
export function checkBakerKeys(configuration: Readable<Configuration>, findings: Findings): void {
  const hashes: [Path, string][] = [];
  for (const [index, baker] of each(configuration.bakers)) {
    const hashOf: Partial<Record<Role, string>> = {};
    for (const role of roles) {
      const key = baker.keys?.[role];
      if (key === undefined) continue;
      const path = ["bakers", index, "keys", role];
      hashOf[role] = checkKey(path, key, findings);
      if (hashOf[role]) hashes.push([path, hashOf[role]]);
    }
    companion(["bakers", index], baker, hashOf, findings);
    ledger(["bakers", index, "keys"], configuration, baker, hashOf, findings);
    authentication(["bakers", index, "authenticationPublicKey"], baker.authenticationPublicKey, hashOf, findings);
  }
  eachRepeated(hashes, (path, first, hash) => findings.problem(path, twice(path, first, hash)));
}

/** @returns the key's hash, if it can be told. */
function checkKey(path: Path, key: Readable<KeyConfiguration>, findings: Findings): string | undefined {
  const { publicKey, publicKeyHash } = key;
  const keyFault = publicKey === undefined ? undefined : publicKeyFault(publicKey);
  const hashFault = publicKeyHash === undefined ? undefined : hashFaultOf(publicKeyHash);
  if (keyFault) findings.problem([...path, "publicKey"], keyFault);
  if (hashFault) findings.problem([...path, "publicKeyHash"], hashFault);
  if (publicKey === undefined && publicKeyHash === undefined) {
    findings.problem(
      path,
      "has neither publicKey nor publicKeyHash. Give publicKey: the baker then starts without a signer.",
    );
    return undefined;
  }
  if (publicKey === undefined) {
    findings.warning(
      path,
      `has no publicKey: the baker must ask a signer for it, so it can't start while every signer is away. Add publicKey; \`octez-client show address ALIAS\` prints it.`,
    );
  }
  if (publicKey === undefined || keyFault) return hashFault ? undefined : publicKeyHash;
  const hash = taquito().getPkhfromPk(publicKey);
  if (publicKeyHash !== undefined && !hashFault && hash !== publicKeyHash) {
    findings.problem(
      [...path, "publicKeyHash"],
      `is ${shown(publicKeyHash)}, but the hash of publicKey is "${hash}". Correct one of them.`,
    );
  }
  return hash;
}

function publicKeyFault(value: string): string | undefined {
  const { validatePublicKey, ValidationResult } = taquito();
  const result = validatePublicKey(value);
  if (result === ValidationResult.VALID) return undefined;
  const kinds = "edpk… (tz1), sppk… (tz2), p2pk… (tz3) or BLpk… (tz4)";
  if (/^tz[1-4]/.test(value)) return `${shown(value)} is a key hash, no public key. It belongs into publicKeyHash.`;
  return encodingFault(value, result, /^(edpk|sppk|p2pk|BLpk)/, kinds);
}

function hashFaultOf(value: string): string | undefined {
  const { validateKeyHash, ValidationResult } = taquito();
  const result = validateKeyHash(value);
  if (result === ValidationResult.VALID) return undefined;
  if (/^(edpk|sppk|p2pk|BLpk)/.test(value))
    return `${shown(value)} is a public key, no hash. It belongs into publicKey.`;
  if (value.startsWith("KT1")) return `${shown(value)} is a contract; only an account with a key can bake.`;
  return encodingFault(value, result, /^tz[1-4]/, "tz1…, tz2…, tz3… or tz4…");
}

function encodingFault(value: string, result: number, prefix: RegExp, kinds: string): string {
  const { ValidationResult } = taquito();
  if (!prefix.test(value)) return `must begin like ${kinds}, is ${shown(value)}.`;
  if (result === ValidationResult.INVALID_ENCODING)
    return `${shown(value)} has a character that no Tezos key has (0, O, I, l or a sign). Copy it again.`;
  return `${shown(value)} has a wrong checksum: a character is mistyped or missing. Copy it again.`;
}

const isBls = (hash: string) => hash.startsWith("tz4");

function companion(
  path: Path,
  baker: Readable<BakerConfiguration>,
  hashOf: Partial<Record<Role, string>>,
  findings: Findings,
): void {
  const at = [...path, "keys", "companion"];
  if (hashOf.companion && !isBls(hashOf.companion)) {
    findings.problem(at, `must be a tz4 key (BLpk…), is that of ${hashOf.companion}. Only BLS keys are companions.`);
  }
  const [signing, name] = baker.keys?.consensus ? [hashOf.consensus, "consensus"] : [hashOf.delegate, "delegate"];
  if (!signing) return;
  // One that comes with the consensus key that follows is set together with it.
  const next = hashOf.nextConsensus;
  if (baker.keys?.companion && !isBls(signing) && !(next && isBls(next))) {
    findings.problem(at, `goes with a tz4 consensus key only, and the ${name} key is ${signing}. Leave companion out.`);
  }
  if (!baker.keys?.companion && isBls(signing) && baker.dal) {
    findings.warning(
      [...path, "dal"],
      `is true, but a tz4 ${name} key can't attest DAL slots alone. Add keys.companion, or the DAL node is for nothing.`,
    );
  }
}

/** A Ledger signs with the curves of tz1 to tz3 only. */
function ledger(
  path: Path,
  configuration: Readable<Configuration>,
  baker: Readable<BakerConfiguration>,
  hashOf: Partial<Record<Role, string>>,
  findings: Findings,
): void {
  const ledgers = each(configuration.signers)
    .map(([, signer]) => signer)
    .filter(
      (signer) => signer.device === "ledger" && signer.name !== undefined && baker.signers?.includes(signer.name),
    );
  if (ledgers.length === 0) return;
  for (const role of roles) {
    // With a consensus key the delegate's own signs nothing that a signer of the baker must answer.
    if (role === "delegate" && baker.keys?.consensus) continue;
    const hash = hashOf[role];
    if (!hash || !isBls(hash)) continue;
    findings.problem(
      [...path, role],
      `is ${hash}, and a Ledger (signer ${ledgers.map((signer) => signer.name).join(", ")}) can't sign with tz4 keys. Use a tz1 to tz3 key, or a signer for BLS keys.`,
    );
  }
}

function authentication(
  path: Path,
  value: string | undefined,
  hashOf: Partial<Record<Role, string>>,
  findings: Findings,
): void {
  if (value === undefined) return;
  const fault = publicKeyFault(value);
  if (fault) findings.problem(path, fault);
  else if (!value.startsWith("edpk")) {
    findings.problem(
      path,
      `must be an ed25519 key (edpk…), is ${shown(value)}. \`octez-client gen keys authentication\` makes one.`,
    );
  } else if (Object.values(hashOf).includes(taquito().getPkhfromPk(value))) {
    findings.problem(
      path,
      "is a key that this baker bakes with. Make one for authentication alone: its private half lies in the cloud.",
    );
  }
}

function twice(path: Path, first: Path, hash: string): string {
  if (first[1] === path[1])
    return `${hash} is keys.${first[3]} of this baker already. Leave ${path[3]} out, or give it a key of its own.`;
  return `${hash} is ${pathText(first)} already. Two bakers that sign with one key sign twice, and that is slashed. Give each baker keys of its own.`;
}
