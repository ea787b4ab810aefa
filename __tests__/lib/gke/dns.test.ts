import { exampleConfiguration } from "../../../laboratory/examples";
import { resources, synthesise } from "../../support/stacks";

const dns = { managedZone: "hodl-farm-zone", domain: "hodl.farm" };
const withRecords = synthesise(exampleConfiguration((input) => (input.google.dns = dns))).platform;

test("an A record for each forwarder, nothing else in the zone", () => {
  const records = Object.entries(resources(withRecords)).filter(([address]) => address.startsWith("google_dns_"));
  expect(records.map(([, { name, type, managed_zone, rrdatas }]) => [managed_zone, name, type, rrdatas])).toEqual([
    ["hodl-farm-zone", "forwarder-1.hodl.farm.", "A", [expect.stringMatching(/forwarder-1-address_\w+\.address}$/)]],
    ["hodl-farm-zone", "forwarder-2.hodl.farm.", "A", [expect.stringMatching(/forwarder-2-address_\w+\.address}$/)]],
  ]);
});

test("no records and no API without a zone", () => {
  const all = resources(synthesise(exampleConfiguration()).platform);
  expect(Object.values(all).map(({ service }) => service)).not.toContain("dns.googleapis.com");
  expect(Object.keys(all).join()).not.toContain("google_dns_");
});
