import type { BakerConfiguration, KeyRole } from "../schema/configuration";
import { keyRoles } from "../schema/baker";

/** Hash (tz1…, tz2…, tz3…, tz4…) of a valid public key. */
export function keyHash(publicKey: string): string {
  // Loaded only here: the library takes longer to load than most of the program.
  const { getPkhfromPk } = require("@taquito/utils") as typeof import("@taquito/utils");
  return getPkhfromPk(publicKey);
}

type HasKey = (role: KeyRole) => boolean;
/** Whether a key signs blocks or attestations, by its role and by the other keys of the baker. */
const signing: Readonly<Record<KeyRole, (hasKey: HasKey) => boolean>> = {
  delegate: (hasKey) => !hasKey("consensus"),
  consensus: () => true,
  // Not before it becomes active; then it is moved to `consensus`.
  nextConsensus: () => false,
  companion: () => true,
};

/** Hashes of the keys with which a baker signs now. Its signers must hold them. */
export function signingKeyHashes({ keys }: BakerConfiguration): string[] {
  return keyRoles.flatMap((role) => {
    const key = keys[role];
    return key && signing[role]((other) => keys[other] !== undefined) ? [keyHash(key.publicKey)] : [];
  });
}
