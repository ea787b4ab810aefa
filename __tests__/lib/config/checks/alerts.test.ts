import { findingsOf, found } from "../../../support/findings";

test("warns if nobody is notified", () => {
  const nobody = found("alerts.emails", "nobody is notified when no signer can be reached");
  expect(findingsOf({ alerts: undefined }).warnings).toContainEqual(nobody);
  expect(findingsOf({ "alerts.emails": [] }).warnings).toContainEqual(nobody);
  expect(findingsOf({}).warnings).not.toContainEqual(nobody);
});

test.each([
  ["something that is not an address", ["baker"], "alerts.emails[0]", "must be an e-mail address"],
  ["an address twice", ["a@b.example", "c@d.example", "a@b.example"], "alerts.emails[2]", "is already emails[0]"],
  [
    "more than an alerting policy supports",
    Array.from({ length: 17 }, (_, i) => `a${i}@b.example`),
    "alerts.emails",
    "16",
  ],
])("refuses %s", (_, emails, path, message) => {
  expect(findingsOf({ "alerts.emails": emails }).problems).toEqual([found(path, message)]);
});
