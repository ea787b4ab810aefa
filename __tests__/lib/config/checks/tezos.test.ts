import { findingsOf, found } from "../../../support/findings";

const octez = "tezos.images.octez";
const digest = `sha256:${"0123456789abcdef".repeat(4)}`;
const snapshot = "tezos.snapshot";

test("warns of a release that is not known", () => {
  const { problems, warnings } = findingsOf({ "tezos.octezVersion": "99.0" });
  expect(problems).toEqual([]);
  expect(warnings).toContainEqual(
    found("tezos.octezVersion", '"99.0" is not a release that is known here (25.0, 25.1, 25.2, as of November 2026).'),
  );
  expect(findingsOf({ "tezos.octezVersion": "25.2" }).warnings.map(({ path }) => path)).not.toContain(
    "tezos.octezVersion",
  );
});

test.each([
  [
    "an unknown network",
    { "tezos.network": "mainet" },
    "tezos.network",
    'or the URL of a network\'s definition, is "mainet". Did you mean "mainnet"?',
  ],
  [
    "a network's URL with a different protocol",
    { "tezos.network": "ftp://teztnets.com/x" },
    "tezos.network",
    "or the URL",
  ],
  [
    "a version that is too old",
    { "tezos.octezVersion": "24.4" },
    "tezos.octezVersion",
    'must be 25.0 or newer, is "24.4"',
  ],
  [
    "a version without quotes",
    { "tezos.octezVersion": 25.1 },
    "tezos.octezVersion",
    'must be text, is 25.1; put it in quotes: "25.1"',
  ],
  [
    "a version that isn't released",
    { "tezos.octezVersion": "25.1-rc1" },
    "tezos.octezVersion",
    "must be a released version in quotes",
  ],
  [
    "a DAL node without public nodes",
    { "publicNodes.count": 0, "bakers[0].dal": true },
    "bakers[0].dal",
    "a DAL node gets its blocks from a public node",
  ],
  ["the latest image", { [octez]: "tezos/tezos-bare:latest" }, octez, "changes with every release"],
  [
    "the latest image with a digest",
    { [octez]: `tezos/tezos-bare:latest@${digest}` },
    octez,
    "changes with every release",
  ],
  ["an image without a tag", { [octez]: "tezos/tezos-bare" }, octez, "has no tag, which means latest"],
  ["a registry's port instead of a tag", { [octez]: "registry.example.com:5000/tezos-bare" }, octez, "has no tag"],
  [
    "a broken digest",
    { [octez]: "tezos/tezos-bare:octez-v25.1@sha256:1234" },
    octez,
    "must have a digest of the form sha256:",
  ],
  ["no image", { [octez]: "" }, octez, "must be the name of an image"],
  [
    "an image with a different version",
    { [octez]: "tezos/tezos-bare:octez-v25.0" },
    "tezos.octezVersion",
    'is "25.1", but tezos.images.octez is version 25.0',
  ],
  [
    "a snapshot for an archive",
    { "tezos.historyMode": "archive" },
    "tezos.historyMode",
    "for which no snapshots exist",
  ],
  [
    "a network's URL without a snapshot's URL",
    { "tezos.network": "https://teztnets.com/x" },
    snapshot,
    'has no url, and there is no default for "https://teztnets.com/x"',
  ],
  [
    "a snapshot that can't be verified",
    { "tezos.network": "https://teztnets.com/x", [`${snapshot}.url`]: "https://example.com/x" },
    snapshot,
    "has neither verifyUrl nor blockHash",
  ],
  [
    "a sandbox with a snapshot",
    { "tezos.network": "sandbox" },
    snapshot,
    'has no url, and there is no default for "sandbox"',
  ],
  [
    "a snapshot's broken URL",
    {
      "tezos.network": "https://teztnets.com/x",
      [`${snapshot}.url`]: "example.com",
      [`${snapshot}.verifyUrl`]: "https://example.com",
    },
    `${snapshot}.url`,
    "must be an http or https URL",
  ],
  [
    "a mistyped block hash",
    {
      [`${snapshot}.blockHash`]: "BLockGenesisGenesisGenesisGenesisGenesisf79b5d1CoW3",
      [`${snapshot}.url`]: "https://example.com/x",
    },
    `${snapshot}.blockHash`,
    "is not a valid block hash",
  ],
  [
    "a block hash for the default snapshot",
    { [`${snapshot}.blockHash`]: "BLockGenesisGenesisGenesisGenesisGenesisf79b5d1CoW2" },
    `${snapshot}.blockHash`,
    "the default url has a new snapshot every day",
  ],
  [
    "private peering without public nodes",
    { "bakers[0].peering": "private", "publicNodes.count": 0 },
    "bakers[0].peering",
    "the baking node would have no peers",
  ],
])("refuses %s", (_title, changes, path, message) => {
  expect(findingsOf(changes).problems).toEqual([found(path, message)]);
});

test.each([
  ["a tag and a digest", { [octez]: `tezos/tezos-bare:octez-v25.1@${digest}` }],
  ["a digest alone", { [octez]: `tezos/tezos-bare@${digest}` }],
  ["a different registry", { [octez]: "registry.example.com:5000/tezos-bare:octez-v25.1" }],
  ["a newer version", { "tezos.octezVersion": "26.0" }],
  ["an archive without a snapshot", { "tezos.historyMode": "archive", [`${snapshot}.enabled`]: false }],
  [
    "a network by URL without a snapshot",
    { "tezos.network": "https://teztnets.com/x", [`${snapshot}.enabled`]: false },
  ],
  [
    "a network's URL and a known block",
    {
      "tezos.network": "https://teztnets.com/x",
      [snapshot]: { url: "https://example.com/x", blockHash: "BLockGenesisGenesisGenesisGenesisGenesisf79b5d1CoW2" },
    },
  ],
])("accepts %s", (_title, changes) => {
  expect(findingsOf(changes).problems).toEqual([]);
});

test("warns about an untested version of HAProxy", () => {
  const path = "tezos.images.haproxy";
  expect(findingsOf({ [path]: "haproxy:2.8.5-alpine" }).warnings).toContainEqual(
    found(path, 'is version "2.8.5-alpine"'),
  );
  expect(findingsOf({ [path]: "haproxy:3.2.0" }).warnings.map((warning) => warning.path)).not.toContain(path);
});
