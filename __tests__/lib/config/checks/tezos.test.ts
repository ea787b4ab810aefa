import { findingsOf, found } from "../../../support/findings";

const octez = "tezos.images.octez";
const digest = `sha256:${"0123456789abcdef".repeat(4)}`;
const snapshot = "tezos.snapshot";

test.each([
  [
    "an unknown network",
    { "tezos.network": "mainet" },
    "tezos.network",
    'or the URL of a network\'s definition, is "mainet". Did you mean "mainnet"?',
  ],
  ["a network by another protocol", { "tezos.network": "ftp://teztnets.com/x" }, "tezos.network", "or the URL"],
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
    "from which a DAL node gets its blocks",
  ],
  ["the latest image", { [octez]: "tezos/tezos-bare:latest" }, octez, "is another image every week"],
  [
    "the latest image in disguise",
    { [octez]: `tezos/tezos-bare:latest@${digest}` },
    octez,
    "is another image every week",
  ],
  ["an image without a tag", { [octez]: "tezos/tezos-bare" }, octez, "has no tag, which means latest"],
  ["a registry's port for a tag", { [octez]: "registry.example.com:5000/tezos-bare" }, octez, "has no tag"],
  [
    "a broken digest",
    { [octez]: "tezos/tezos-bare:octez-v25.1@sha256:1234" },
    octez,
    "has a digest that is no sha256:",
  ],
  ["no image", { [octez]: "" }, octez, "must be the name of an image"],
  [
    "an image of another version",
    { [octez]: "tezos/tezos-bare:octez-v25.0" },
    "tezos.octezVersion",
    'is "25.1", but tezos.images.octez is of 25.0',
  ],
  [
    "a snapshot for an archive",
    { "tezos.historyMode": "archive" },
    "tezos.historyMode",
    "there are no snapshots for that",
  ],
  [
    "a network by URL without a snapshot",
    { "tezos.network": "https://teztnets.com/x" },
    snapshot,
    'there is no known snapshot of "https://teztnets.com/x"',
  ],
  [
    "a snapshot that nobody checks",
    { "tezos.network": "https://teztnets.com/x", [`${snapshot}.url`]: "https://example.com/x" },
    snapshot,
    "has no verifyUrl",
  ],
  ["a sandbox with a snapshot", { "tezos.network": "sandbox" }, snapshot, "there is no known snapshot"],
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
    "a block hash that is mistyped",
    {
      [`${snapshot}.blockHash`]: "BLockGenesisGenesisGenesisGenesisGenesisf79b5d1CoW3",
      [`${snapshot}.url`]: "https://example.com/x",
    },
    `${snapshot}.blockHash`,
    "is no block hash",
  ],
  [
    "a block hash of a snapshot that changes",
    { [`${snapshot}.blockHash`]: "BLockGenesisGenesisGenesisGenesisGenesisf79b5d1CoW2" },
    `${snapshot}.blockHash`,
    "another one every day",
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
  ["an own registry", { [octez]: "registry.example.com:5000/tezos-bare:octez-v25.1" }],
  ["a newer version", { "tezos.octezVersion": "26.0" }],
  ["an archive without a snapshot", { "tezos.historyMode": "archive", [`${snapshot}.enabled`]: false }],
  [
    "a network by URL without a snapshot",
    { "tezos.network": "https://teztnets.com/x", [`${snapshot}.enabled`]: false },
  ],
  [
    "a network by URL with a known block",
    {
      "tezos.network": "https://teztnets.com/x",
      [snapshot]: { url: "https://example.com/x", blockHash: "BLockGenesisGenesisGenesisGenesisGenesisf79b5d1CoW2" },
    },
  ],
])("takes %s", (_title, changes) => {
  expect(findingsOf(changes).problems).toEqual([]);
});

test("warns of an HAProxy that nothing was tested with", () => {
  const path = "tezos.images.haproxy";
  expect(findingsOf({ [path]: "haproxy:2.8.5-alpine" }).warnings).toContainEqual(found(path, 'is "2.8.5-alpine"'));
  expect(findingsOf({ [path]: "haproxy:3.2.0" }).warnings.map((warning) => warning.path)).not.toContain(path);
});
