import { findingsOf, found } from "../../../support/findings";

const addresses = "forwarders.addresses";

test.each([
  [
    "fewer addresses than forwarders",
    { [addresses]: ["203.0.113.11"] },
    addresses,
    "has 1 item, but forwarders.count is 2",
  ],
  [
    "one address twice",
    { [addresses]: ["203.0.113.11", "203.0.113.11"] },
    `${addresses}[1]`,
    '"203.0.113.11" is already addresses[0]',
  ],
  [
    "a private address",
    { [addresses]: ["203.0.113.11", "10.0.96.7"] },
    `${addresses}[1]`,
    '"10.0.96.7" can\'t be reached over the internet',
  ],
  [
    "a name instead of an address",
    { [addresses]: ["203.0.113.11", "forwarder-2.hodl.farm"] },
    `${addresses}[1]`,
    "IPv4 address",
  ],
  [
    "more forwarders than VMs",
    { "forwarders.count": 3, [addresses]: undefined, "google.pools.system.vmsPerZone": 1 },
    "forwarders.count",
    "is 3, but google.pools.system has 2 VMs",
  ],
  [
    "too many forwarders",
    { "forwarders.count": 9, [addresses]: undefined },
    "forwarders.count",
    "must be at most 4, is 9",
  ],
])("refuses %s", (_title, changes, path, message) => {
  expect(findingsOf(changes).problems).toEqual([found(path, message)]);
});

test("warns if the Raspberry Pis can't connect yet", () => {
  const { warnings } = findingsOf({ [addresses]: undefined, "forwarders.hostPublicKey": undefined });
  expect(warnings).toContainEqual(found("forwarders", "has no addresses, so the Raspberry Pis can't connect yet"));
  expect(warnings).toContainEqual(found("forwarders", "has no hostPublicKey, so the Raspberry Pis can't connect yet"));
});

test("warns about documentation addresses, and only about those", () => {
  expect(findingsOf({}).warnings).toContainEqual(
    found(addresses, "203.0.113.11, 203.0.113.12 are documentation addresses"),
  );
  const real = findingsOf({ [addresses]: ["34.68.0.11", "34.68.0.12"] });
  expect(real.problems).toEqual([]);
  expect(real.warnings.map(({ path }) => path)).not.toContain(addresses);
});
