import { findingsOf, found } from "../../../support/findings";

test.each([
  ["size small", { size: "small", "forwarders.count": 2 }, "size", "is small, on mainnet"],
  [
    "one forwarder",
    { "forwarders.count": 1, "forwarders.addresses": undefined },
    "forwarders.count",
    "is 1, on mainnet",
  ],
  ["one signer", { "bakers[0].signers": ["pi-1"] }, "bakers[0].signers", "has only one signer, on mainnet"],
  ["one uplink", { "signers[1].uplinks": [{ name: "eth0" }] }, "signers[1].uplinks", "has only one uplink, on mainnet"],
  [
    "no authentication",
    { "bakers[0].authenticationPublicKey": undefined },
    "bakers[0]",
    "has no authenticationPublicKey, on mainnet",
  ],
])("warns about %s on mainnet, but not on a test network", (_title, changes, path, message) => {
  expect(findingsOf(changes).problems).toEqual([]);
  expect(findingsOf(changes).warnings).toContainEqual(found(path, message));
  const messages = findingsOf({ ...changes, "tezos.network": "shadownet" }).warnings.map((warning) => warning.message);
  expect(messages.filter((text) => text.includes("on mainnet"))).toEqual([]);
});

describe("with Ledgers, whose signatures take a second", () => {
  const messages = (changes: Record<string, unknown>) => {
    const { problems, warnings } = findingsOf({
      "signers[0].device": "ledger",
      "signers[1].device": "ledger",
      ...changes,
    });
    expect(problems).toEqual([]);
    return warnings.map(({ path, message }) => `${path} ${message}`).filter((text) => text.includes("on mainnet"));
  };
  const one = [{ name: "eth0" }];

  test("asks for no second uplink that would be refused", () => {
    expect(messages({ "signers[0].uplinks": one, "signers[1].uplinks": one })).toEqual([]);
  });

  test("asks for a second signer, and says that there is no time for two uplinks then", () => {
    expect(messages({ "bakers[0].signers": ["pi-1"] })).toEqual([
      expect.stringMatching(/^bakers\[0\]\.signers has only one signer, .*, and leave each of them one uplink: /),
    ]);
  });
});

test("does not ask for authentication if no signer can require it", () => {
  const changes = {
    "bakers[0].authenticationPublicKey": undefined,
    "signers[0].software": "own",
    "signers[1].software": "own",
  };
  expect(findingsOf(changes).warnings.map(({ path }) => path)).not.toContain("bakers[0]");
});
