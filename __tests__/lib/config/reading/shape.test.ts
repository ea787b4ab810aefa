import { findingsOf, found } from "../../../support/findings";

test.each([
  ["an unknown field", { zones: ["a"] }, "zones", "is not a known field. Known fields: name, size, labels, google,"],
  [
    "a field with different capitals",
    { "bakers[0].diskGiB": undefined, "bakers[0].diskGib": 3 },
    "bakers[0].diskGib",
    'Did you mean "diskGiB"?',
  ],
  [
    "a field that is there with the right capitals, too",
    { "bakers[0].diskGiB": 100, "bakers[0].diskGib": 3 },
    "bakers[0].diskGib",
    "is not a known field, and diskGiB is there already. Remove this line.",
  ],
  [
    "an unknown field deep inside",
    { "signers[1].uplinks[0].metred": true },
    "signers[1].uplinks[0].metred",
    'Did you mean "metered"?',
  ],
  [
    "an unknown field of a group that may be left out",
    { "google.pools": { public: { vmPerZone: 2 } } },
    "google.pools.public.vmPerZone",
    'Did you mean "vmsPerZone"?',
  ],
  ["two transposed letters", { lables: {}, labels: undefined }, "lables", 'Did you mean "labels"?'],
  [
    "a field with a strange name",
    { publicNodes: { "a b": 1 } },
    'publicNodes["a b"]',
    "is not a known field. Known fields: count, diskGiB, resources.",
  ],
  [
    "a field that every object has",
    { publicNodes: { constructor: 1 } },
    "publicNodes.constructor",
    "is not a known field",
  ],
  ["a missing field", { name: undefined }, "name", "is missing. Name of the deployment"],
  ["a missing group", { tezos: undefined }, "tezos", "is missing. Tezos network, versions and images."],
  ["a missing list", { bakers: undefined }, "bakers", "is missing. The bakers."],
  ["an empty list", { signers: [], "bakers[0].signers": ["pi-1"] }, "signers", "must have at least 1 item"],
  [
    "a field without a value",
    { "bakers[0].peering": null },
    "bakers[0].peering",
    "has no value. Add one, or remove the line. hybrid:",
  ],
  ["a value instead of a group", { publicNodes: 2 }, "publicNodes", "must be a group of fields, is 2"],
  [
    "a value instead of a list",
    { "google.zones": "us-central1-b" },
    "google.zones",
    'must be a list, is "us-central1-b"',
  ],
  ["a list instead of a value", { name: ["hodl-farm"] }, "name", "must be text, is a list"],
  ["a group instead of a value", { name: { toString: 1 } }, "name", "must be text, is a group of fields"],
  ["text instead of true or false", { "bakers[0].dal": "yes" }, "bakers[0].dal", 'must be true or false, is "yes"'],
  [
    "quotes around true",
    { "bakers[0].dal": "true" },
    "bakers[0].dal",
    'must be true or false, is "true"; remove the quotes',
  ],
  ["half a GiB of disk", { "bakers[0].diskGiB": 10.5 }, "bakers[0].diskGiB", "must be a whole number, is 10.5"],
  [
    "infinity",
    { "bakers[0].resources": { cpu: Infinity } },
    "bakers[0].resources.cpu",
    "must be a number, is Infinity",
  ],
  [
    "a disk that is too small",
    { "bakers[0].diskGiB": 5 },
    "bakers[0].diskGiB",
    "must be at least 10, is 5. Size of the baker's",
  ],
  [
    "a mistyped word",
    { "bakers[0].peering": "hybird" },
    "bakers[0].peering",
    'must be hybrid or private, is "hybird". Did you mean "hybrid"?',
  ],
  [
    "an unknown word",
    { "bakers[0].votes": { liquidityBaking: "maybe" } },
    "bakers[0].votes.liquidityBaking",
    'must be pass, on or off, is "maybe".',
  ],
  ["a group instead of a word", { size: { toString: 1 } }, "size", "must be full or small, is a group of fields."],
])("refuses %s", (_title, changes, path, message) => {
  expect(findingsOf(changes).problems).toEqual([found(path, message)]);
});

test("a fault in one field hides none in another", () => {
  const changes = {
    nmae: "x",
    "google.region": 1,
    "google.ranges.services": "10.0.92.0/24",
    "bakers[0].dal": "no",
    "bakers[0].keys.delegate.publicKeyHash": "tz1gg5bjopPcr9agjamyu9BbXKLibNc2rbAr",
    "bakers[0].keys.companion": null,
    "signers[0].sshPort": "x",
    "signers[1].sshPublicKey": "AAAA",
    "signers[0].device": "ledger",
    "forwarders.addresses": ["203.0.113.11"],
  };
  expect(
    findingsOf(changes)
      .problems.map(({ path }) => path)
      .sort(),
  ).toEqual([
    "bakers[0].dal",
    "bakers[0].keys.companion",
    "bakers[0].keys.delegate.publicKeyHash",
    "bakers[0].signers",
    "forwarders.addresses",
    "google.ranges.services",
    "google.region",
    "nmae",
    "signers[0].sshPort",
    "signers[1].sshPublicKey",
  ]);
});

test("reports a mistyped field and the missing one that was meant", () => {
  expect(findingsOf({ "google.region": undefined, "google.regions": "us-central1" }).problems).toEqual([
    found("google.region", "is missing. Region of the cluster."),
    found("google.regions", 'is not a known field. Did you mean "region"?'),
  ]);
});

test("accepts one field of a group of defaults without the others", () => {
  expect(findingsOf({ "bakers[0].resources": { cpu: 1.5 } }).problems).toEqual([]);
});
