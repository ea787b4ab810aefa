import { findingsOf, found } from "../../../support/findings";

test.each([
  ["port 0", { "signers[0].sshPort": 0 }, "signers[0].sshPort", "must be at least 1, is 0"],
  ["a port that is too high", { "signers[0].sshPort": 70000 }, "signers[0].sshPort", "must be at most 65535, is 70000"],
  [
    "a port in quotes",
    { "signers[0].sshPort": "58255" },
    "signers[0].sshPort",
    'must be a number, is "58255"; remove the quotes',
  ],
  ["a privileged port for sshd", { "signers[0].sshPort": 22 }, "signers[0].sshPort", "22 can be used only by root"],
  [
    "a privileged port for HAProxy",
    { "bakers[0].signerPort": 445 },
    "bakers[0].signerPort",
    "445 can be used only by root",
  ],
  [
    "two signers at one port",
    { "signers[1].sshPort": 58255 },
    "signers[1].sshPort",
    "58255 is already signers[0].sshPort",
  ],
  [
    "a signer and a baker at one port",
    { "bakers[0].signerPort": 58256 },
    "bakers[0].signerPort",
    "58256 is already signers[1].sshPort",
  ],
  [
    "the port of HAProxy's metrics",
    { "signers[0].sshPort": 8404 },
    "signers[0].sshPort",
    "is the port of HAProxy's metrics",
  ],
  [
    "the port of octez-node",
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
