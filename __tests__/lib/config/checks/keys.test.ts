import { exampleInput } from "../../../../laboratory/examples";
import { findingsOf, found } from "../../../support/findings";

const hodlFarm = "tz1gg5bjopPcr9agjamyu9BbXKLibNc2rbAq";
const hodlFarmKey = "edpkunnxQ7SD7pVorY4Gi1UWAS37R2vXogzU4MBQiofMqoyNYk2yYJ";
const ed25519 = {
  publicKey: "edpkuVXoMUi7rgsYat2KQQwLjGWjQo6jFxVR7wAED1dKWGbs4Vhrnn",
  publicKeyHash: "tz1ZXzBpb3tjoXW4K5BGnihR3WhvgZBxgEym",
};
const secp256k1 = {
  publicKey: "sppk7ZP4v5tgqjswVg3AXoZukRFLCiGa7vrmW7vk4WA3p75YgYd1Dd6",
  publicKeyHash: "tz2PcscLaM24r5R86GKsaGQqCHMJshypR4o5",
};
const p256 = {
  publicKey: "p2pk66T35oTJjrPbhWuf7nggfaui48Df1fhsSmTLjnyHf1ounmXwQfE",
  publicKeyHash: "tz3ZP4uA6QNnWyCfPcb6viKabv3WsRtntp7r",
};
const bls = {
  publicKey: "BLpk1vnh5oAccmroRFdsMmUVbj1rbEQJtw7ALTZovwBjDbQEmVrfkv3sjP5RebM378P2Ky6MHxCV",
  publicKeyHash: "tz4RP3GP8dmQ5PVUTHCxiZxJdUHknYArTcs3",
};
const otherBls = { publicKey: "BLpk1rFgdU6n5MM3xhnARjjwycYYZsAMp6fHwN6vCRWNvdXu6cZq87vQipTNzFhqrntAHmBk3qUP" };

const delegate = "bakers[0].keys.delegate";
const hash = `${delegate}.publicKeyHash`;
const key = `${delegate}.publicKey`;

/** A second baker like that of the example, with a different name and port. */
const second = (keys: object) => ({
  "bakers[1]": { ...exampleInput().bakers[0], name: "second", keys, signerPort: 8446 },
});

test.each([ed25519, secp256k1, p256, bls])(
  "accepts the key $publicKey, with and without its hash",
  ({ publicKey, publicKeyHash }) => {
    expect(findingsOf({ [delegate]: { publicKey, publicKeyHash } }).problems).toEqual([]);
    expect(findingsOf({ [delegate]: { publicKey } }).problems).toEqual([]);
  },
);

test.each([
  [
    "a mistyped hash",
    { [hash]: "tz1gg5bjopPcr9agjamyu9BbXKLibNc2rbAr" },
    hash,
    '"tz1gg5bjopPcr9agjamyu9BbXKLibNc2rbAr" has a wrong checksum',
  ],
  ["a truncated hash", { [hash]: hodlFarm.slice(0, 30) }, hash, "wrong checksum"],
  [
    "a character that no key contains",
    { [hash]: hodlFarm.replace("gg5", "gO5") },
    hash,
    'has "O" in it, which no Tezos key has. Copy it again.',
  ],
  ["something that is not a hash", { [hash]: "hodl.farm" }, hash, "must begin with tz1…, tz2…, tz3… or tz4…"],
  ["a mistyped tz4 hash", { [hash]: bls.publicKeyHash.replace("RP3", "RP4") }, hash, "wrong checksum"],
  ["a contract", { [hash]: "KT1PWx2mnDueood7fEmfbBDKx1D9BAnnXitn" }, hash, "is a contract"],
  ["a public key instead of a hash", { [hash]: ed25519.publicKey }, hash, "Move it to publicKey."],
  [
    "a hash instead of a public key",
    { [delegate]: { publicKey: hodlFarm } },
    key,
    `"${hodlFarm}" is a key hash, not a public key. Print it with \`octez-client show address ALIAS\`, or, if the account has revealed it, with \`curl https://rpc.tzkt.io/mainnet/chains/main/blocks/head/context/contracts/${hodlFarm}/manager_key\`.`,
  ],
  [
    "only a hash",
    { [delegate]: { publicKeyHash: hodlFarm } },
    key,
    `is missing. Without it the baker could not start while its signers are offline. Print it with \`octez-client show address ALIAS\`, or, if the account has revealed it, with \`curl https://rpc.tzkt.io/mainnet/chains/main/blocks/head/context/contracts/${hodlFarm}/manager_key\`.`,
  ],
  [
    "only a hash, on a network given by its URL",
    {
      [delegate]: { publicKeyHash: hodlFarm },
      "tezos.network": "https://teztnets.com/x",
      "tezos.snapshot.enabled": false,
    },
    key,
    `\`curl <RPC of a node>/chains/main/blocks/head/context/contracts/${hodlFarm}/manager_key\``,
  ],
  ["a key without a value", { [delegate]: { publicKey: null } }, key, "has no value. Add one. Public key: edpk"],
  [
    "a number instead of a key",
    { [delegate]: { publicKey: 7 } },
    key,
    'must begin with edpk… (tz1), sppk… (tz2), p2pk… (tz3) or BLpk… (tz4), is "7"',
  ],
  [
    "a mistyped public key",
    { [delegate]: { publicKey: ed25519.publicKey.replace("VXo", "VXp") } },
    key,
    "wrong checksum",
  ],
  ["a mistyped BLS key", { [delegate]: { publicKey: bls.publicKey.replace("vnh", "vnk") } }, key, "wrong checksum"],
  [
    "a key with the hash of a different one",
    { [key]: ed25519.publicKey },
    hash,
    `is "${hodlFarm}", but the hash of publicKey is "${ed25519.publicKeyHash}"`,
  ],
  ["neither key nor hash", { [delegate]: {} }, key, "octez-client show address ALIAS"],
  [
    "a companion that is not a BLS key",
    { "bakers[0].keys.consensus": bls, "bakers[0].keys.companion": p256 },
    "bakers[0].keys.companion",
    "must be a tz4 key (BLpk…), is the key of tz3",
  ],
  [
    "a companion for a tz1 key",
    { "bakers[0].keys.companion": bls },
    "bakers[0].keys.companion",
    `works only with a tz4 consensus key, and the delegate key is ${hodlFarm}`,
  ],
  [
    "a companion for a tz2 consensus key",
    { "bakers[0].keys.consensus": secp256k1, "bakers[0].keys.companion": bls },
    "bakers[0].keys.companion",
    "the consensus key is tz2",
  ],
  [
    "a key in two bakers",
    second({ delegate: { publicKey: hodlFarmKey } }),
    "bakers[1].keys.delegate",
    `${hodlFarm} is already bakers[0].keys.delegate. Two bakers that sign with the same key sign twice, and are slashed.`,
  ],
  [
    "a key in two bakers, in different roles",
    {
      [delegate]: { publicKey: ed25519.publicKey },
      ...second({ delegate: p256, consensus: { publicKey: ed25519.publicKey } }),
    },
    "bakers[1].keys.consensus",
    "slashed",
  ],
  [
    "a key in two roles",
    { "bakers[0].keys.consensus": { publicKey: hodlFarmKey } },
    "bakers[0].keys.consensus",
    "is already keys.delegate of this baker. Remove consensus",
  ],
  [
    "a tz4 key with a Ledger",
    {
      [delegate]: bls,
      "bakers[0].signers": ["pi-1"],
      "signers[0].device": "ledger",
      ...oneLedger(),
    },
    delegate,
    "a Ledger (signer pi-1) can't sign with tz4 keys",
  ],
  [
    "a mistyped authentication key",
    { "bakers[0].authenticationPublicKey": "edpkfoo" },
    "bakers[0].authenticationPublicKey",
    "wrong checksum",
  ],
  [
    "an authentication key that is not ed25519",
    { "bakers[0].authenticationPublicKey": p256.publicKey },
    "bakers[0].authenticationPublicKey",
    "must be an ed25519 key",
  ],
  [
    "a baking key as authentication key",
    { [delegate]: ed25519, "bakers[0].authenticationPublicKey": ed25519.publicKey },
    "bakers[0].authenticationPublicKey",
    "is a key that this baker bakes with",
  ],
])("refuses %s", (_title, changes, path, message) => {
  expect(findingsOf(changes).problems).toEqual([found(path, message)]);
});

function oneLedger() {
  return {
    signers: [
      {
        name: "pi-1",
        sshPublicKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJj3ysQs4m10vKv1SciXm6NN9y9TP5LjgVLrRqh1TsJz",
        sshPort: 58255,
        device: "ledger",
        uplinks: [{ name: "eth0" }, { name: "wwan0" }],
      },
    ],
  };
}

test("accepts a tz4 delegate with a Ledger if a tz1 consensus key signs", () => {
  const changes = {
    [delegate]: bls,
    "bakers[0].keys.consensus": ed25519,
    "bakers[0].signers": ["pi-1"],
    ...oneLedger(),
  };
  expect(findingsOf(changes).problems).toEqual([]);
});

test("accepts a companion alongside a tz4 key", () => {
  const keys = { delegate: { publicKey: ed25519.publicKey }, consensus: bls, companion: otherBls };
  expect(findingsOf({ "bakers[0].keys": keys })).toEqual({
    problems: [],
    warnings: [found("forwarders.addresses", "documentation"), found("google.project", "is the value of an example")],
  });
});

test("warns about a DAL node that can't attest", () => {
  const changes = { "bakers[0].keys.consensus": bls, "bakers[0].dal": true };
  expect(findingsOf(changes).warnings).toContainEqual(found("bakers[0].dal", "Add keys.companion"));
});
