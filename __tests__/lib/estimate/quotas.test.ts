import { exampleConfiguration } from "../../../laboratory/examples";
import { quotaNeeds } from "../../../lib/estimate/quotas";
import type { Configuration } from "../../../lib/config/schema/configuration";

const need = (configuration: Configuration, metric: string) => {
  const found = quotaNeeds(configuration).find((each) => each.metric === metric);
  return found && [found.always, found.most, found.when];
};
const full = exampleConfiguration();

test("a blue-green upgrade doubles the pool baking, a surge adds a VM; only one pool at a time", () => {
  // system 2 × 2, public 2 × 2, baking 2 × 4.
  expect(need(full, "CPUS")).toEqual([16, 24, "while GKE upgrades the pool baking"]);
  expect(need(full, "CPUS_ALL_REGIONS")).toEqual([16, 24, "while GKE upgrades the pool baking"]);
  expect(need(full, "INSTANCES")).toEqual([6, 8, "while GKE upgrades the pool baking"]);
  const small = exampleConfiguration(undefined, "config/shadownet.yaml");
  expect(need(small, "CPUS")).toEqual([6, 10, "while GKE upgrades the pool baking"]);
  expect(need(small, "SSD_TOTAL_GB")).toEqual([100, 130, "while GKE upgrades the pool baking"]);
});

test("pd-balanced counts as SSD, boot disks too, and a regional disk twice", () => {
  // Baker 2 × 100, public nodes 2 × 100, boot disks 2 × 20 + 4 × 30; two more of them during an upgrade.
  expect(need(full, "SSD_TOTAL_GB")).toEqual([560, 620, "while GKE upgrades the pool baking"]);
});

test("addresses are those of Cloud NAT, the forwarders and the DAL nodes", () => {
  expect(need(full, "STATIC_ADDRESSES")).toEqual([3, 3, "always"]);
  expect(need(full, "FORWARDING_RULES")).toEqual([2, 2, "always"]);
  // One more reserved address, and one for each VM of the pool public; one VM more during its upgrade.
  const dal = exampleConfiguration((input) => (input.bakers[0]!.dal = true));
  expect(need(dal, "IN_USE_ADDRESSES")).toEqual([6, 7, "while GKE upgrades the pool public"]);
});

test("some machine families have a quota of their own", () => {
  const mixed = exampleConfiguration((input) => {
    input.google.pools = { baking: { machineType: "n2-highmem-4" } };
  });
  expect(need(mixed, "N2_CPUS")).toEqual([8, 16, "while GKE upgrades the pool baking"]);
  expect(need(mixed, "CPUS")).toEqual([8, 10, "while GKE upgrades the pool system"]);
  expect(need(mixed, "CPUS_ALL_REGIONS")).toEqual([16, 24, "while GKE upgrades the pool baking"]);
});
