import { exampleInput } from "../../../../laboratory/examples";
import { findingsOf, found } from "../../../support/findings";

const own = { software: "own", protocol: "tcp", port: 7732 };
const [first, second] = exampleInput().signers;

test("refuses octez-signer with protocol tcp", () => {
  const changes = { "bakers[0].signers": ["pi-1"], "signers[0].protocol": "tcp" };
  expect(findingsOf(changes).problems).toEqual([
    found("signers[0].protocol", "octez-signer is installed to serve http"),
  ]);
});

test("refuses signers of the same baker with different protocols", () => {
  expect(findingsOf({ "signers[1]": { ...second, ...own } }).problems).toEqual([
    found(
      "bakers[0].signers",
      "must all have the same protocol, since the baker has one address for all of them: pi-1 http, pi-2 tcp",
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

test("warns about an authentication key that the user's own signer must be configured with", () => {
  const changes = { "signers[1].software": "own" };
  expect(findingsOf(changes).warnings).toContainEqual(
    found("bakers[0].authenticationPublicKey", "If pi-2 should require it, configure it there yourself"),
  );
});

test("warns about a metered uplink before an unmetered one", () => {
  const uplinks = [{ name: "wwan0", metered: true }, { name: "eth0" }];
  expect(findingsOf({ "signers[0].uplinks": uplinks }).warnings).toContainEqual(
    found("signers[0].uplinks", "Put eth0 first."),
  );
  const both = [uplinks[0], { name: "wwan1", metered: true }];
  expect(findingsOf({ "signers[0].uplinks": both }).warnings.map(({ path }) => path)).not.toContain(
    "signers[0].uplinks",
  );
});

test("refuses bakers with and without an authentication key on the same signer", () => {
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
