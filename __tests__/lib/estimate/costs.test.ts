import { exampleConfiguration } from "../../../laboratory/examples";
import { costChange, costs, vmPrice } from "../../../lib/estimate/costs";
import { regionFactor } from "../../../lib/estimate/prices";
import type { Configuration } from "../../../lib/config/schema/configuration";

const small = (change?: Parameters<typeof exampleConfiguration>[0]) =>
  exampleConfiguration(change, "config/shadownet.yaml");
const line = (configuration: Configuration, item: string) =>
  costs(configuration).lines.find((each) => each.item === item)?.dollars;

// Google's list prices in us-central1, as its billing catalogue gave them on 2026-07-30.
test.each([
  ["e2-medium", 24.46],
  ["e2-standard-2", 48.92],
  ["e2-standard-4", 97.84],
  ["e2-highmem-2", 65.99],
  ["e2-highmem-4", 131.98],
  ["t2d-standard-4", 123.36],
])("%s costs %d $ a month", (machineType, dollars) => {
  expect(vmPrice(machineType)).toBeCloseTo(dollars, 1);
});

test("a custom type costs what its vCPUs and its memory cost: for E2 nothing more, for N2 5 %", () => {
  expect(vmPrice("e2-custom-4-16384")).toBeCloseTo(97.84, 1);
  expect(vmPrice("n2-custom-4-16384")! / vmPrice("n2-standard-4")!).toBeCloseTo(1.05, 6);
  expect(vmPrice("c3-standard-4")).toBeUndefined();
});

describe("the bill", () => {
  test("of size full is at most 600 $ a month without traffic", () => {
    const { fixed } = costs(exampleConfiguration());
    expect(fixed).toBeLessThanOrEqual(600);
    expect(fixed).toBeGreaterThan(500);
  });

  test("of size small is at most 180 $ a month without traffic, as Google's credit pays for its zonal cluster", () => {
    const { fixed } = costs(small());
    expect(fixed).toBeLessThanOrEqual(180);
    expect(fixed).toBeGreaterThan(150);
    expect([line(small(), "management"), line(small(), "credit")]).toEqual([73, -73]);
    expect(line(exampleConfiguration(), "credit")).toBeUndefined();
    // 50 GiB in one zone.
    expect(line(small(), "baker baker")).toBeCloseTo(5, 6);
  });

  test("of a DAL node has addresses for its VMs instead of terabytes through Cloud NAT", () => {
    const dal = exampleConfiguration((input) => (input.bakers[0]!.dal = true));
    expect(line(dal, "addresses of VMs")).toBeCloseTo(2 * 3.65, 6);
    expect(line(dal, "Cloud NAT")).toBeCloseTo(4 * 1.02, 6);
    // Only the baking node's own peers.
    expect(line(dal, "through Cloud NAT")).toBeLessThan(10);
  });

  test("is the sum of its lines, those that are estimated apart", () => {
    const { lines, fixed, estimated } = costs(exampleConfiguration());
    const sum = (wanted: boolean) =>
      lines.filter((each) => each.estimated === wanted).reduce((all, { dollars }) => all + dollars!, 0);
    expect([fixed, estimated]).toEqual([sum(false), sum(true)]);
    expect(lines.filter((each) => each.estimated).map(({ item }) => item)).toEqual([
      "GKE's own metrics",
      "images",
      "logs",
      "to the internet",
      "through Cloud NAT",
      "through load balancers",
    ]);
  });

  test("counts each VM, disk, address and forwarding rule", () => {
    const full = exampleConfiguration();
    expect(line(full, "baking")).toBeCloseTo(2 * vmPrice("e2-custom-4-20480")!, 6);
    // 100 GiB in two zones, at 0.10 each.
    expect(line(full, "baker baker")).toBeCloseTo(20, 6);
    expect(line(full, "boot disks of public")).toBeCloseTo(6, 6);
    expect(line(full, "management")).toBe(73);
    expect(line(full, "reserved addresses")).toBeCloseTo(3 * 3.65, 6);
    expect(line(full, "load balancers")).toBe(18.25);
    expect(line(full, "Cloud NAT")).toBeCloseTo(6 * 1.02, 6);
    // 25 series every 5 s.
    expect(line(full, "managed Prometheus")).toBeCloseTo(0.79, 2);
  });

  test("charges more than five forwarding rules one by one", () => {
    const many = exampleConfiguration((input) => {
      input.forwarders = { ...input.forwarders, count: 4, addresses: undefined };
      input.bakers = ["a", "b", "c"].map((name, index) => ({
        ...input.bakers[0]!,
        name,
        keys: { delegate: { publicKey: keys[index]! } },
        signerPort: 9000 + index,
        authenticationPublicKey: undefined,
        dal: true,
      }));
      input.google.pools = { baking: { vmsPerZone: 3 }, public: { vmsPerZone: 2 } };
      input.google.podsPerNode = 16;
    });
    expect(line(many, "load balancers")).toBeCloseTo(18.25 + 2 * 7.3, 6);
  });

  test("takes another region's prices for VMs and disks, and the same for all else", () => {
    const there = exampleConfiguration((input) => {
      input.google.region = "europe-west1";
      input.google.zones = ["europe-west1-b", "europe-west1-c"];
    });
    expect(regionFactor("europe-west1")).toBe(1.1);
    expect(line(there, "baking")! / line(exampleConfiguration(), "baking")!).toBeCloseTo(1.1, 6);
    expect(line(there, "load balancers")).toBe(18.25);
    expect(regionFactor("moon-north1")).toBe(1.2);
  });

  test("says so if the price of a machine type is not known", () => {
    const unknown = exampleConfiguration((input) => {
      input.google.pools = { system: { machineType: "c3-standard-4" } };
    });
    expect(line(unknown, "system")).toBeUndefined();
    expect(costs(unknown).fixed).toBeLessThan(costs(exampleConfiguration()).fixed);
  });
});

const keys = [
  "edpkunnxQ7SD7pVorY4Gi1UWAS37R2vXogzU4MBQiofMqoyNYk2yYJ",
  "edpkuVXoMUi7rgsYat2KQQwLjGWjQo6jFxVR7wAED1dKWGbs4Vhrnn",
  "edpkuQ1t4Y151rw239oRrKggqebaytB7SCAU9dwSjA8xYzpFN4xorX",
];

describe("the change from one configuration to another", () => {
  test("lists the lines that change, and both sums", () => {
    const before = exampleConfiguration();
    const after = exampleConfiguration((input) => (input.bakers[0]!.diskGiB = 300));
    const { lines, ...sums } = costChange(before, after);
    expect(lines).toEqual([{ group: "Disks", item: "baker baker", before: 20, after: 60 }]);
    expect(sums.after - sums.before).toBeCloseTo(40, 6);
  });

  test("includes lines that appear and disappear", () => {
    const { lines } = costChange(small(), exampleConfiguration());
    const change = (item: string) => lines.find((each) => each.item === item);
    expect(change("public")).toMatchObject({ before: 0 });
    expect(costChange(exampleConfiguration(), small()).lines.find(({ item }) => item === "public")).toMatchObject({
      after: 0,
    });
  });

  test("is everything if nothing exists yet, and nothing between equals", () => {
    const all = costs(small());
    const first = costChange(undefined, small());
    expect(first.before).toBe(0);
    expect(first.after).toBeCloseTo(all.fixed + all.estimated, 6);
    expect(costChange(small(), small()).lines).toEqual([]);
  });
});
