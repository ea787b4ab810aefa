import { exampleInput } from "../../../../laboratory/examples";
import { findingsOf, found } from "../../../support/findings";

const own = { software: "own", protocol: "tcp", port: 7732 };
const [first, second] = exampleInput().signers;

test("refuses octez-signer by tcp", () => {
  const changes = { "bakers[0].signers": ["pi-1"], "signers[0].protocol": "tcp" };
  expect(findingsOf(changes).problems).toEqual([
    found("signers[0].protocol", "octez-signer is installed to serve http"),
  ]);
});

test("refuses one baker's signers with two protocols", () => {
  expect(findingsOf({ "signers[1]": { ...second, ...own } }).problems).toEqual([
    found(
      "bakers[0].signers",
      "must all have one protocol, since the baker knows one address for all: pi-1 http, pi-2 tcp",
    ),
  ]);
  expect(
    findingsOf({
      signers: [
        { ...first, ...own },
        { ...second, ...own },
      ],
    }).problems,
  ).toEqual([]);
});

test("warns of an authentication key that somebody else's signer must be told", () => {
  const changes = { "signers[1].software": "own" };
  expect(findingsOf(changes).warnings).toContainEqual(
    found("bakers[0].authenticationPublicKey", "Give it to pi-2 yourself"),
  );
});

test("warns of a metered uplink that is preferred to one that isn't", () => {
  const uplinks = [{ name: "wwan0", metered: true }, { name: "eth0" }];
  expect(findingsOf({ "signers[0].uplinks": uplinks }).warnings).toContainEqual(
    found("signers[0].uplinks", "Put eth0 first."),
  );
  const both = [uplinks[0], { name: "wwan1", metered: true }];
  expect(findingsOf({ "signers[0].uplinks": both }).warnings.map(({ path }) => path)).not.toContain(
    "signers[0].uplinks",
  );
});

test("refuses a baker without an authentication key beside one that has it, on one signer", () => {
  const second = {
    name: "second",
    signerPort: 8446,
    signers: ["pi-1"],
    keys: { delegate: { publicKey: "edpkuVXoMUi7rgsYat2KQQwLjGWjQo6jFxVR7wAED1dKWGbs4Vhrnn" } },
  };
  expect(findingsOf({ "bakers[1]": second }).problems).toContainEqual(
    found("bakers[1].authenticationPublicKey", "baker has one and shares the signer pi-1"),
  );
});
