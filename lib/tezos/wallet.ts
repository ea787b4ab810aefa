import { keyHash } from "../config/facts/keys";
import { bakerProxyPort, signerProtocolOf } from "../config/facts/signer-path";
import { keyRoles } from "../config/schema/baker";
import type { BakerConfiguration, Configuration, KeyRole, SignerProtocol } from "../config/schema/configuration";

/** The files of octez-client's and octez-baker's base directory that hold keys. */
export const walletFileNames = ["public_keys", "public_key_hashs", "secret_keys"] as const;
export type WalletFileName = (typeof walletFileNames)[number];

/** The delegate's alias is the baker's name, since people type it. */
const aliasSuffix: Readonly<Record<KeyRole, string>> = {
  delegate: "",
  consensus: "-consensus",
  nextConsensus: "-next-consensus",
  companion: "-companion",
};
const aliasOf = (baker: BakerConfiguration, role: KeyRole): string => `${baker.name}${aliasSuffix[role]}`;

/** The scheme of a locator, by the signers' protocol. https://octez.tezos.com/docs/user/key-management.html#signer */
const locatorScheme: Readonly<Record<SignerProtocol, string>> = { http: "http", tcp: "tcp" };

/** The aliases that octez-baker signs with: one for each configured key, the delegate's first. */
export function aliases(baker: BakerConfiguration): string[] {
  return keyRoles.filter((role) => baker.keys[role]).map((role) => aliasOf(baker, role));
}

/** Hash of the key that is registered as delegate. */
export const delegateHash = (baker: BakerConfiguration): string => keyHash(baker.keys.delegate.publicKey);

/** Alias of the key with which a baker authenticates to octez-signer. Its private key is added when the pod starts. */
export const authenticationAlias = (baker: BakerConfiguration): string => `${baker.name}-authentication`;

/**
 * All aliases that the configuration owns, including those of roles without a key. wallet.sh removes an owned alias
 * that has no key, and leaves all other aliases alone.
 */
export const ownAliases = (baker: BakerConfiguration): string[] => [
  ...keyRoles.map((role) => aliasOf(baker, role)),
  authenticationAlias(baker),
];

/**
 * The texts of a baker's wallet, in the format of Octez
 * (https://gitlab.com/tezos/tezos/-/blob/octez-v25.1/src/lib_client_base/client_keys.ml and client_aliases.ml).
 * Every locator points to the HAProxy in the baker's own pod. The public keys are next to their locators, so that the
 * baker starts while all signers are offline: for a locator without a key it would first ask a signer.
 */
export function walletFiles(configuration: Configuration, baker: BakerConfiguration): Record<WalletFileName, string> {
  const scheme = locatorScheme[signerProtocolOf(configuration, baker)];
  const keys = keyRoles.flatMap((role) => {
    const key = baker.keys[role]?.publicKey;
    if (key === undefined) return [];
    const hash = keyHash(key);
    return [{ name: aliasOf(baker, role), hash, key, locator: `${scheme}://127.0.0.1:${bakerProxyPort}/${hash}` }];
  });
  const authentication = authenticationEntries(baker);
  return {
    public_keys: aliasFile([
      ...keys.map(({ name, key, locator }) => ({ name, value: { locator, key } })),
      ...authentication.map(({ name, key }) => ({ name, value: { locator: `unencrypted:${key}`, key } })),
    ]),
    public_key_hashs: aliasFile([...keys, ...authentication].map(({ name, hash }) => ({ name, value: hash }))),
    secret_keys: aliasFile(keys.map(({ name, locator }) => ({ name, value: locator }))),
  };
}

/** Octez looks up the authentication key by its hash, so it needs an alias in all three files. */
function authenticationEntries(baker: BakerConfiguration): { name: string; key: string; hash: string }[] {
  const key = baker.authenticationPublicKey;
  return key ? [{ name: authenticationAlias(baker), key, hash: keyHash(key) }] : [];
}

/** Nothing follows the value, not even a newline: Octez refuses a wallet file with trailing data. */
const aliasFile = (entries: { name: string; value: unknown }[]): string => JSON.stringify(entries, null, 2);
