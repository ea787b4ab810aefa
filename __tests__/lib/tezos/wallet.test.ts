import type { BakerConfiguration } from "../../../lib/config/schema/configuration";
import { aliases, ownAliases, walletFiles } from "../../../lib/tezos/wallet";
import { exampleConfiguration } from "../../../laboratory/examples";

const delegate = { publicKeyHash: "tz1gg5bjopPcr9agjamyu9BbXKLibNc2rbAq" };
// The first bootstrap account of every Octez sandbox.
const publicKey = "edpkuBknW28nW72KG6RoHtYW7p12T6GKc7nAbwYX5m8Wd9sDVC9yav";
const publicKeyHash = "tz1KqTpEZ7Yob7QbPE4Hy4Wo8fHG8LhKxZSx";

const configuration = exampleConfiguration();
const baker = (change: Partial<BakerConfiguration>): BakerConfiguration => ({
  ...configuration.bakers[0]!,
  name: "hodl",
  keys: { delegate },
  authenticationPublicKey: undefined,
  ...change,
});

describe("walletFiles", () => {
  test("a key of which only the hash is known: a bare locator, as Octez has it, and nothing after the value", () => {
    expect(walletFiles(configuration, baker({}))).toEqual({
      public_keys: `[
  {
    "name": "hodl",
    "value": "http://127.0.0.1:8445/tz1gg5bjopPcr9agjamyu9BbXKLibNc2rbAq"
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

  test("all roles, a key that is known beside its locator, and the key of authentication", () => {
    const files = walletFiles(
      configuration,
      baker({
        keys: {
          delegate,
          consensus: { publicKey },
          companion: { publicKeyHash: "tz4HVR6aty9KwsQFHh81C1G7gBdhxT8kuytm" },
        },
        authenticationPublicKey: publicKey,
      }),
    );
    const local = (hash: string) => `http://127.0.0.1:8445/${hash}`;
    expect(JSON.parse(files.public_keys)).toEqual([
      { name: "hodl", value: local(delegate.publicKeyHash) },
      { name: "hodl-consensus", value: { locator: local(publicKeyHash), key: publicKey } },
      { name: "hodl-companion", value: local("tz4HVR6aty9KwsQFHh81C1G7gBdhxT8kuytm") },
      { name: "hodl-authentication", value: { locator: `unencrypted:${publicKey}`, key: publicKey } },
    ]);
    expect((JSON.parse(files.public_key_hashs) as { value: string }[]).map(({ value }) => value)).toEqual([
      delegate.publicKeyHash,
      publicKeyHash,
      "tz4HVR6aty9KwsQFHh81C1G7gBdhxT8kuytm",
      publicKeyHash,
    ]);
    // The private half is no business of the configuration's.
    expect((JSON.parse(files.secret_keys) as { name: string }[]).map(({ name }) => name)).toEqual([
      "hodl",
      "hodl-consensus",
      "hodl-companion",
    ]);
  });

  test("signers that speak plain TCP", () => {
    const tcp = {
      ...configuration,
      signers: configuration.signers.map((signer) => ({ ...signer, protocol: "tcp" as const })),
    };
    expect(walletFiles(tcp, baker({})).secret_keys).toContain(`"tcp://127.0.0.1:8445/${delegate.publicKeyHash}"`);
  });
});

test("aliases are those of the keys that there are; the own ones are all that could be", () => {
  expect(aliases(baker({}))).toEqual(["hodl"]);
  const keys = { delegate, companion: delegate, nextConsensus: delegate, consensus: delegate };
  const all = ["hodl", "hodl-consensus", "hodl-next-consensus", "hodl-companion"];
  expect(aliases(baker({ keys }))).toEqual(all);
  expect(ownAliases(baker({}))).toEqual([...all, "hodl-authentication"]);
});
