import { keyHash } from "../config/facts/keys";
import type { BakerConfiguration, Configuration } from "../config/schema/configuration";
import { bakerProxyPort, signersOf } from "../config/facts/signer-path";

/** The files of octez-client's and octez-baker's base directory that hold keys. */
export const walletFileNames = ["public_keys", "public_key_hashs", "secret_keys"] as const;
export type WalletFileName = (typeof walletFileNames)[number];

const keyRoles = ["delegate", "consensus", "nextConsensus", "companion"] as const;

/** The delegate's alias is the baker's name: it is the one that people type. */
const aliasOf = (baker: BakerConfiguration, role: (typeof keyRoles)[number]): string =>
  ({
    delegate: baker.name,
    consensus: `${baker.name}-consensus`,
    nextConsensus: `${baker.name}-next-consensus`,
    companion: `${baker.name}-companion`,
  })[role];

/** The aliases that octez-baker signs with: every configured key, the delegate's first. */
export function aliases(baker: BakerConfiguration): string[] {
  return keyRoles.filter((role) => baker.keys[role]).map((role) => aliasOf(baker, role));
}

/** Hash of the key that is registered as delegate. */
export const delegateHash = (baker: BakerConfiguration): string => keyHash(baker.keys.delegate);

/** Alias of the key with which a baker proves itself to octez-signer. Its private half is added when the pod starts. */
export const authenticationAlias = (baker: BakerConfiguration): string => `${baker.name}-authentication`;

/**
 * Every alias that the configuration decides on, also one that it has no key for: wallet.sh removes such an alias, and
 * leaves all others alone.
 */
export const ownAliases = (baker: BakerConfiguration): string[] => [
  ...keyRoles.map((role) => aliasOf(baker, role)),
  authenticationAlias(baker),
];

/**
 * The texts of a baker's wallet, as Octez reads them (src/lib_client_base/client_keys.ml, client_aliases.ml in 25.1).
 * Every locator points to the HAProxy of the baker's own pod. A key that is known stands beside its locator, so that the
 * baker starts while every signer is away; with a bare locator it asks a signer once, and writes the answer there itself.
 */
export function walletFiles(configuration: Configuration, baker: BakerConfiguration): Record<WalletFileName, string> {
  const scheme = signersOf(configuration, baker).some(({ protocol }) => protocol === "tcp") ? "tcp" : "http";
  const keys = keyRoles.flatMap((role) => {
    const key = baker.keys[role];
    if (!key) return [];
    const hash = keyHash(key);
    return [
      {
        name: aliasOf(baker, role),
        hash,
        key: key.publicKey,
        locator: `${scheme}://127.0.0.1:${bakerProxyPort}/${hash}`,
      },
    ];
  });
  const authentication = authenticationEntries(baker);
  return {
    public_keys: aliasFile([
      ...keys.map(({ name, key, locator }) => ({ name, value: key ? { locator, key } : locator })),
      ...authentication.map(({ name, key }) => ({ name, value: { locator: `unencrypted:${key}`, key } })),
    ]),
    public_key_hashs: aliasFile([...keys, ...authentication].map(({ name, hash }) => ({ name, value: hash }))),
    secret_keys: aliasFile(keys.map(({ name, locator }) => ({ name, value: locator }))),
  };
}

/** Octez finds the key that authenticates by its hash, so it needs an alias in all three files. */
function authenticationEntries(baker: BakerConfiguration): { name: string; key: string; hash: string }[] {
  const key = baker.authenticationPublicKey;
  return key ? [{ name: authenticationAlias(baker), key, hash: keyHash({ publicKey: key }) }] : [];
}

/** Nothing follows the value, not even a newline: Octez refuses data that trails a wallet file. */
const aliasFile = (entries: { name: string; value: unknown }[]): string => JSON.stringify(entries, null, 2);
