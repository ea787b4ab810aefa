import { findingsOf, found } from "../../../support/findings";

const ranges = (name: string) => `google.ranges.${name}`;

test.each([
  [
    "a missing mask",
    { [ranges("nodes")]: "10.0.96.0" },
    ranges("nodes"),
    '"10.0.96.0" has no CIDR mask. Write one, such as 10.0.96.0/24.',
  ],
  [
    "a mask that is too long",
    { [ranges("nodes")]: "10.0.96.0/33" },
    ranges("nodes"),
    "must have a CIDR mask from 0 to 32",
  ],
  ["an empty mask", { [ranges("nodes")]: "10.0.96.0/" }, ranges("nodes"), "must have a CIDR mask from 0 to 32"],
  [
    "three octets",
    { [ranges("nodes")]: "10.0.96/22" },
    ranges("nodes"),
    'must be an IPv4 range such as 10.0.96.0/22, is "10.0.96/22"',
  ],
  ["IPv6", { [ranges("nodes")]: "fd00::/64" }, ranges("nodes"), "must be an IPv4 range"],
  ["bits after the mask", { [ranges("nodes")]: "10.0.97.1/22" }, ranges("nodes"), 'Did you mean "10.0.96.0/22"?'],
  ["a public range", { [ranges("nodes")]: "8.8.8.0/22" }, ranges("nodes"), '"8.8.8.0/22" is public'],
  ["the range next to the private one", { [ranges("nodes")]: "172.32.0.0/22" }, ranges("nodes"), "is public"],
  [
    "a range inside another one",
    { [ranges("services")]: "10.0.92.0/24" },
    ranges("services"),
    '"10.0.92.0/24" overlaps "10.0.92.0/22" (google.ranges.pods)',
  ],
  [
    "a range around another one",
    {
      [ranges("services")]: "10.0.80.0/20",
      [ranges("pods")]: "10.0.84.0/22",
      [ranges("nodes")]: "10.2.0.0/22",
    },
    ranges("services"),
    "overlaps",
  ],
  [
    "GKE's default number of pods in the incident's /22",
    { "google.podsPerNode": 110 },
    ranges("pods"),
    "has 1024 addresses, but 2048 are needed: 6 VMs and 2 more during upgrades, and GKE gives each VM a block of 256",
  ],
  [
    "too few addresses for VMs",
    { [ranges("nodes")]: "10.0.96.0/29" },
    ranges("nodes"),
    "has 8 addresses, but 12 are needed",
  ],
  [
    "too few addresses for Services",
    { [ranges("services")]: "10.0.88.0/28" },
    ranges("services"),
    "has 16 addresses, but 18 are needed: 18 Services, including GKE's own. Use a /27.",
  ],
  [
    "too few addresses for the pods of all VMs",
    { "google.pools.public.vmsPerZone": 6 },
    ranges("pods"),
    "16 VMs and 2 more",
  ],
  [
    "a broken allowed network",
    { "forwarders.allowedNetworks": ["198.51.100.7/24"] },
    "forwarders.allowedNetworks[0]",
    'Did you mean "198.51.100.0/24"?',
  ],
  [
    "a private allowed network",
    { "forwarders.allowedNetworks": ["198.51.100.0/24", "192.168.1.0/24"] },
    "forwarders.allowedNetworks[1]",
    "is private",
  ],
])("refuses %s", (_title, changes, path, message) => {
  expect(findingsOf(changes).problems).toEqual([found(path, message)]);
});

test.each(["172.16.4.0/22", "192.168.0.0/22", "100.64.0.0/22", "240.0.0.0/22"])(
  "accepts the private range %s",
  (range) => {
    expect(findingsOf({ [ranges("nodes")]: range }).problems).toEqual([]);
  },
);

test("counts the blocks of pods exactly: 16 blocks of 64 fill a /22, 17 don't fit", () => {
  // 2 system + 2 baking + 2 for blue-green, and the public pool.
  expect(findingsOf({ "google.pools.public.vmsPerZone": 5 }).problems).toEqual([]);
  expect(findingsOf({ "google.podsPerNode": 33 }).problems).toEqual([]);
  expect(findingsOf({ "google.podsPerNode": 65 }).problems).toEqual([found(ranges("pods"), "a block of 256")]);
});

test("ignores the pool public if there are no public nodes", () => {
  const many = { "google.pools.public.vmsPerZone": 50, "publicNodes.count": 0 };
  expect(findingsOf(many).problems).toEqual([]);
  expect(findingsOf({ ...many, "bakers[0].dal": true }).problems).toHaveLength(1);
});
