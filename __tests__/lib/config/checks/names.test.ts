import { exampleInput } from "../../../../laboratory/examples";
import { findingsOf, found } from "../../../support/findings";

const { bakers, signers } = exampleInput();

test.each([
  ["a name with capital letters", { name: "Hodl.Farm" }, "name", 'begin with a letter, like hodl-farm; is "Hodl.Farm"'],
  ["a name that is too long", { name: "a-name-of-twenty-one-x" }, "name", "at most 20 characters"],
  ["a name that ends with a hyphen", { "bakers[0].name": "baker-" }, "bakers[0].name", "lower-case letters"],
  [
    "a namespace that is reserved for Kubernetes",
    { name: "kube-system" },
    "name",
    "is reserved for Kubernetes or Google",
  ],
  ["the default namespace", { name: "default" }, "name", "is reserved for Kubernetes or Google"],
  [
    "two signers with the same name",
    { "signers[1].name": "pi-1", "bakers[0].signers": ["pi-1"] },
    "signers[1].name",
    '"pi-1" is already the name of signers[0]',
  ],
  [
    "two bakers with the same name",
    {
      "bakers[1]": {
        ...bakers[0],
        keys: { delegate: { publicKey: "edpkuVXoMUi7rgsYat2KQQwLjGWjQo6jFxVR7wAED1dKWGbs4Vhrnn" } },
        signerPort: 8446,
      },
    },
    "bakers[1].name",
    '"baker" is already the name of bakers[0]',
  ],
  [
    "two uplinks with the same name",
    { "signers[0].uplinks[1].name": "eth0" },
    "signers[0].uplinks[1].name",
    '"eth0" is already the name of uplinks[0]',
  ],
  [
    "an uplink that is not an interface",
    { "signers[0].uplinks[0].name": "Ethernet 1" },
    "signers[0].uplinks[0].name",
    "must be the name of a network interface",
  ],
  [
    "an unknown signer",
    { "bakers[0].signers": ["pi-1", "pi-2", "Pi-3"] },
    "bakers[0].signers[2]",
    'no signer is named "Pi-3". Existing signers: pi-1, pi-2.',
  ],
  [
    "a signer with a completely different name",
    { "bakers[0].signers": ["pi-1", "pi-2", "ledger"] },
    "bakers[0].signers[2]",
    "Existing signers: pi-1, pi-2.",
  ],
  [
    "the same signer twice",
    { "bakers[0].signers": ["pi-1", "pi-2", "pi-1"] },
    "bakers[0].signers[2]",
    "appears twice in this list",
  ],
  ["no signer", { "bakers[0].signers": [] }, "bakers[0].signers", "must have at least 1 item"],
])("refuses %s", (_title, changes, path, message) => {
  expect(findingsOf(changes).problems).toEqual([found(path, message)]);
});

test("warns about a signer that no baker uses", () => {
  const third = {
    ...signers[1],
    name: "pi-3",
    sshPort: 58257,
    sshPublicKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEN85fWQIGvUrtrVBrbt1ZbVlGnBkzFIvETyt/rw2sik",
  };
  expect(findingsOf({ "signers[2]": third }).warnings).toContainEqual(
    found("signers[2]", 'no baker uses the signer "pi-3"'),
  );
  expect(findingsOf({}).warnings.map(({ path }) => path)).not.toContain("signers[1]");
});

test("reports no unknown signer while a signer's name can't be read", () => {
  expect(findingsOf({ "signers[1].name": 7 }).problems).toEqual([
    found("signers[1].name", 'and begin with a letter, like hodl-farm; is "7"'),
  ]);
});

test.each(["eth0.10", "cl-wwan0", "enX0", "wlx00c0ca123456", "br_lan"])("accepts the interface %s", (name) => {
  expect(findingsOf({ "signers[0].uplinks[0].name": name }).problems).toEqual([]);
});

test.each(["eth0:1", "eth0/1", "-eth0", ".eth0", "a-name-that-is-too-long", "eth0 1", "eth0.health"])(
  "refuses %s, which is no interface or would share a socket",
  (name) => {
    expect(findingsOf({ "signers[0].uplinks[0].name": name }).problems).toEqual([
      found("signers[0].uplinks[0].name", "must be the name of a network interface"),
    ]);
  },
);
