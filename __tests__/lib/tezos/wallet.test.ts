import type { BakerConfiguration } from "../../../lib/config/schema/configuration";
import { aliases, ownAliases, walletFiles } from "../../../lib/tezos/wallet";
import { exampleConfiguration } from "../../../laboratory/examples";

const delegate = { publicKey: "edpkunnxQ7SD7pVorY4Gi1UWAS37R2vXogzU4MBQiofMqoyNYk2yYJ" };
const delegateHash = "tz1gg5bjopPcr9agjamyu9BbXKLibNc2rbAq";
// The first bootstrap account of every Octez sandbox.
const publicKey = "edpkuBknW28nW72KG6RoHtYW7p12T6GKc7nAbwYX5m8Wd9sDVC9yav";
const hash = "tz1KqTpEZ7Yob7QbPE4Hy4Wo8fHG8LhKxZSx";

const bls = "BLpk1rFgdU6n5MM3xhnARjjwycYYZsAMp6fHwN6vCRWNvdXu6cZq87vQipTNzFhqrntAHmBk3qUP";
const blsHash = "tz4EipKnWnQv2zDCM2A7pNNcafaghJVG5mHQ";

const configuration = exampleConfiguration();
const baker = (change: Partial<BakerConfiguration>): BakerConfiguration => ({
  ...configuration.bakers[0]!,
  name: "hodl",
  keys: { delegate },
  authenticationPublicKey: undefined,
  ...change,
});

describe("walletFiles", () => {
  test("has keys next to locators, in Octez's format, and nothing after the value", () => {
    expect(walletFiles(configuration, baker({}))).toEqual({
      public_keys: `[
  {
    "name": "hodl",
    "value": {
      "locator": "http://127.0.0.1:8445/tz1gg5bjopPcr9agjamyu9BbXKLibNc2rbAq",
      "key": "edpkunnxQ7SD7pVorY4Gi1UWAS37R2vXogzU4MBQiofMqoyNYk2yYJ"
    }
  }
]`,
      public_key_hashs: `[
  {
    "name": "hodl",
    "value": "tz1gg5bjopPcr9agjamyu9BbXKLibNc2rbAq"
  }
]`,
      secret_keys: `[
  {
    "name": "hodl",
    "value": "http://127.0.0.1:8445/tz1gg5bjopPcr9agjamyu9BbXKLibNc2rbAq"
  }
]`,
    });
  });

  test("has keys of all roles, and the authentication key", () => {
    const files = walletFiles(
      configuration,
      baker({
        keys: {
          delegate,
          consensus: { publicKey },
          companion: { publicKey: bls },
        },
        authenticationPublicKey: publicKey,
      }),
    );
    const local = (of: string) => `http://127.0.0.1:8445/${of}`;
    expect(JSON.parse(files.public_keys)).toEqual([
      { name: "hodl", value: { locator: local(delegateHash), key: delegate.publicKey } },
      { name: "hodl-consensus", value: { locator: local(hash), key: publicKey } },
      { name: "hodl-companion", value: { locator: local(blsHash), key: bls } },
      { name: "hodl-authentication", value: { locator: `unencrypted:${publicKey}`, key: publicKey } },
    ]);
    expect((JSON.parse(files.public_key_hashs) as { value: string }[]).map(({ value }) => value)).toEqual([
      delegateHash,
      hash,
      blsHash,
      hash,
    ]);
    // The configuration doesn't contain the private half.
    expect((JSON.parse(files.secret_keys) as { name: string }[]).map(({ name }) => name)).toEqual([
      "hodl",
      "hodl-consensus",
      "hodl-companion",
    ]);
  });

  test("supports signers with the plain TCP protocol", () => {
    const tcp = {
      ...configuration,
      signers: configuration.signers.map((signer) => ({ ...signer, protocol: "tcp" as const })),
    };
    expect(walletFiles(tcp, baker({})).secret_keys).toContain(`"tcp://127.0.0.1:8445/${delegateHash}"`);
  });
});

test("aliases are those of the configured keys; own aliases are those of all possible keys", () => {
  expect(aliases(baker({}))).toEqual(["hodl"]);
  const keys = { delegate, companion: delegate, nextConsensus: delegate, consensus: delegate };
  const all = ["hodl", "hodl-consensus", "hodl-next-consensus", "hodl-companion"];
  expect(aliases(baker({ keys }))).toEqual(all);
  expect(ownAliases(baker({}))).toEqual([...all, "hodl-authentication"]);
});
