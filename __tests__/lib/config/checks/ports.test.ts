import { findingsOf, found } from "../../../support/findings";

test.each([
  ["no port", { "signers[0].sshPort": 0 }, "signers[0].sshPort", "must be at least 1, is 0"],
  ["a port beyond the last", { "signers[0].sshPort": 70000 }, "signers[0].sshPort", "must be at most 65535, is 70000"],
  [
    "a port in quotes",
    { "signers[0].sshPort": "58255" },
    "signers[0].sshPort",
    'must be a number, is "58255"; remove the quotes',
  ],
  ["a port of root's for sshd", { "signers[0].sshPort": 22 }, "signers[0].sshPort", "22 is a port of root's"],
  ["a port of root's for HAProxy", { "bakers[0].signerPort": 445 }, "bakers[0].signerPort", "445 is a port of root's"],
  [
    "two signers at one port",
    { "signers[1].sshPort": 58255 },
    "signers[1].sshPort",
    "58255 is signers[0].sshPort already",
  ],
  [
    "a signer and a baker at one port",
    { "bakers[0].signerPort": 58256 },
    "bakers[0].signerPort",
    "58256 is signers[1].sshPort already",
  ],
  [
    "the port of HAProxy's metrics",
    { "signers[0].sshPort": 8404 },
    "signers[0].sshPort",
    "is the port of HAProxy's metrics",
  ],
  [
    "the port of the node beside the baker",
    { "bakers[0].signerPort": 8732 },
    "bakers[0].signerPort",
    "is the port of octez-node's RPC",
  ],
  [
    "the port of the health endpoint",
    { "signers[0].port": 6733 },
    "signers[0].port",
    "6733 is the port of the health endpoint",
  ],
])("refuses %s", (_title, changes, path, message) => {
  expect(findingsOf(changes).problems).toEqual([found(path, message)]);
});
