import { findingsOf, found } from "../../../support/findings";

const ledger = { "signers[0].device": "ledger" };
const both = (field: string, value: unknown) => ({ [`signers[0].${field}`]: value, [`signers[1].${field}`]: value });

test("refuses two Ledgers with two uplinks each, and shows the sum", () => {
  expect(findingsOf({ ...ledger, "signers[1].device": "ledger" }).problems).toEqual([
    {
      path: "bakers[0].signers",
      message:
        "can take up to 6.7 s for a signature, but after 4 s it is too late for its block: " +
        "2 × 1.6 s (uplinks) + 0.1 = 3.3 s per signer, 2 × 3.3 s (signers) + 0.1 = 6.7 s. " +
        "Use one uplink each (3.5 s), or pi-1 alone (3.4 s), or pi-2 alone (3.4 s). docs/raspberry-pi.md has a table of what fits.",
    },
  ]);
});

test("the timeout that it suggests is the longest possible one", () => {
  expect(findingsOf(both("timeoutSeconds", 0.92)).problems).toEqual([]);
  expect(findingsOf(both("timeoutSeconds", 0.93)).problems).toHaveLength(1);
});

test("says which uplinks to take away", () => {
  const [problem] = findingsOf(ledger).problems;
  expect(problem?.message).toContain("Use one uplink for pi-1 (3.5 s), or pi-1 alone (3.4 s), or pi-2 alone (1.8 s).");
});

test("suggests a shorter timeout only if it is longer than a signature", () => {
  const [problem] = findingsOf(both("timeoutSeconds", 1)).problems;
  expect(problem?.message).toContain("Use signers with timeoutSeconds of at most 0.92, or one uplink each (2.3 s),");
});

test("what it suggests is accepted", () => {
  const one = [{ name: "eth0" }];
  const ledgers = { ...ledger, "signers[1].device": "ledger" };
  expect(findingsOf({ ...ledgers, ...both("uplinks", one) }).problems).toEqual([]);
  expect(findingsOf({ ...ledgers, "bakers[0].signers": ["pi-2"] }).problems).toEqual([]);
  expect(findingsOf({ ...ledger, "signers[0].uplinks": one }).problems).toEqual([]);
});

test("uses the slowest of the signers", () => {
  expect(findingsOf(ledger).problems).toEqual([found("bakers[0].signers", "6.7 s")]);
});

test.each([
  ["one signer", { ...ledger, "bakers[0].signers": ["pi-1"] }],
  ["one uplink", { ...ledger, "signers[0].uplinks": [{ name: "eth0" }] }],
])("accepts a Ledger with %s", (_title, changes) => {
  expect(findingsOf(changes).problems).toEqual([]);
});

test.each([
  [
    "equal to the slowest signature",
    { "signers[0].timeoutSeconds": 0.2 },
    "0.2 s is too short for this signer's signatures, which take up to 0.2 s",
  ],
  [
    "below the slowest signature",
    { "signers[0].timeoutSeconds": 0.6, "signers[0].slowestSignatureSeconds": 0.7 },
    "0.6 s is too short",
  ],
  ["too short for a Ledger", { ...ledger, "signers[0].timeoutSeconds": 0.9 }, "which take up to 1 s"],
  ["of zero", { "signers[0].timeoutSeconds": 0 }, "must be more than 0, is 0"],
])("refuses a timeout %s", (_title, changes, message) => {
  expect(findingsOf(changes).problems).toEqual([found("signers[0].timeoutSeconds", message)]);
});
