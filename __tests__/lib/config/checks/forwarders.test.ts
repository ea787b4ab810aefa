import { findingsOf, found } from "../../../support/findings";

const addresses = "forwarders.addresses";

test.each([
  ["fewer addresses than forwarders", { [addresses]: ["203.0.113.11"] }, addresses, "are 1, but forwarders.count is 2"],
  [
    "one address twice",
    { [addresses]: ["203.0.113.11", "203.0.113.11"] },
    `${addresses}[1]`,
    '"203.0.113.11" is addresses[0] already',
  ],
  [
    "a private address",
    { [addresses]: ["203.0.113.11", "10.0.96.7"] },
    `${addresses}[1]`,
    '"10.0.96.7" can\'t be reached over the internet',
  ],
  [
    "a name for an address",
    { [addresses]: ["203.0.113.11", "forwarder-2.hodl.farm"] },
    `${addresses}[1]`,
    "IPv4 address",
  ],
  [
    "more forwarders than VMs",
    { "forwarders.count": 3, [addresses]: undefined },
    "forwarders.count",
    "is 3, but google.pools.system has 2 VMs",
  ],
  [
    "more forwarders than there may be",
    { "forwarders.count": 9, [addresses]: undefined },
    "forwarders.count",
    "must be at most 4, is 9",
  ],
])("refuses %s", (_title, changes, path, message) => {
  expect(findingsOf(changes).problems).toEqual([found(path, message)]);
});

test("warns of what the Raspberry Pis don't know yet", () => {
  const { warnings } = findingsOf({ [addresses]: undefined, "forwarders.hostPublicKey": undefined });
  expect(warnings).toContainEqual(found("forwarders", "has no addresses, so the Raspberry Pis can't dial yet"));
  expect(warnings).toContainEqual(found("forwarders", "has no hostPublicKey, so the Raspberry Pis can't dial yet"));
});

test("warns of addresses that stand for others, and only of those", () => {
  expect(findingsOf({}).warnings).toContainEqual(
    found(addresses, "203.0.113.11, 203.0.113.12: of a range for documentation"),
  );
  const real = findingsOf({ [addresses]: ["34.68.0.11", "34.68.0.12"] });
  expect(real.problems).toEqual([]);
  expect(real.warnings.map(({ path }) => path)).not.toContain(addresses);
});
