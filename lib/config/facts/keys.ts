import type { KeyConfiguration } from "../schema/configuration";

/** Hash of a key that the configuration names by its public key, its hash, or both. */
export function keyHash({ publicKey, publicKeyHash }: Pick<KeyConfiguration, "publicKey" | "publicKeyHash">): string {
  if (publicKeyHash) return publicKeyHash;
  if (!publicKey) throw new Error("a key has neither publicKey nor publicKeyHash");
  // Loaded here only: the library takes longer to load than most of the program.
  const { getPkhfromPk } = require("@taquito/utils") as typeof import("@taquito/utils");
  return getPkhfromPk(publicKey);
}
