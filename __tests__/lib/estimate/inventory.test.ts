import { exampleConfiguration, exampleFiles } from "../../../laboratory/examples";
import { synthesise } from "../../../laboratory/synthesis";
import { poolsOf, workloadsOf } from "../../../cli/synth/placement";
import { scrapeSeconds } from "../../../lib/config/facts/signer-path";
import { inventory } from "../../../lib/estimate/inventory";
import { resourcesOf, type StackJson } from "../../../lib/terraform/stack-json";

const count = (stack: StackJson, type: string) => Object.keys(resourcesOf(stack, type)).length;

describe.each(exampleFiles)("the inventory of %s is what the stacks create:", (file) => {
  const configuration = exampleConfiguration(undefined, file);
  const stacks = synthesise(configuration);
  const platform = stacks.platform as StackJson;
  const baker = stacks.baker as StackJson;
  const stock = inventory(configuration);

  test("VMs and boot disks", () => {
    const created = poolsOf(platform).map(({ name, machineType, vms, zones, bootDiskGiB }) => {
      return { pool: name, machineType, count: vms, zones, bootDiskGiB };
    });
    const byName = (a: { pool: string }, b: { pool: string }) => a.pool.localeCompare(b.pool);
    expect(stock.pools.map(({ ownAddresses: _, ...pool }) => pool).sort(byName)).toEqual(created.sort(byName));
    const pools = Object.values(
      resourcesOf<{ name: string; network_config: { enable_private_nodes: boolean } }>(
        platform,
        "google_container_node_pool",
      ),
    );
    const reachable = pools.filter(({ network_config: network }) => !network.enable_private_nodes);
    expect(stock.pools.filter(({ ownAddresses }) => ownAddresses).map(({ pool }) => pool)).toEqual(
      reachable.map(({ name }) => name),
    );
  });

  test("disks, by kind and size", () => {
    const regional = Object.values(resourcesOf<{ size: number }>(platform, "google_compute_region_disk"));
    const zonal = Object.values(resourcesOf<{ size: number }>(platform, "google_compute_disk"));
    const claims = workloadsOf(baker, poolsOf(platform)).flatMap(({ replicas, ownDisksGiB }) =>
      ownDisksGiB.flatMap((size) => Array.from({ length: replicas }, () => size)),
    );
    const listed = (kind: string) =>
      stock.disks
        .filter((disk) => disk.kind === kind)
        .flatMap(({ count: disks, sizeGiB }) => Array.from({ length: disks }, () => sizeGiB))
        .sort();
    expect(listed("regional")).toEqual(regional.map(({ size }) => size).sort());
    expect(listed("zonal")).toEqual([...zonal.map(({ size }) => size), ...claims].sort());
  });

  test("the cluster, in a region or a zone", () => {
    const [cluster] = Object.values(resourcesOf<{ location: string }>(platform, "google_container_cluster"));
    expect(cluster!.location === configuration.google.region ? "regional" : "zonal").toBe(stock.cluster);
  });

  test("addresses and load balancers", () => {
    expect(stock.reservedAddresses).toBe(count(platform, "google_compute_address"));
    const services = Object.values(
      resourcesOf<{ metadata: { name: string }; spec: { type?: string } }>(baker, "kubernetes_service_v1"),
    );
    const external = services.filter(({ spec }) => spec.type === "LoadBalancer");
    expect(external.map(({ metadata }) => metadata.name.replace(/-(ssh|p2p)$/, "")).sort()).toEqual(
      [...stock.loadBalancers].sort(),
    );
  });

  test("alerts and secrets", () => {
    expect(stock.alertConditions).toBe(count(platform, "google_monitoring_alert_policy"));
    expect(stock.secrets).toBe(count(platform, "google_secret_manager_secret"));
  });
});

test("the samples are those of every path's health, and of each scrape", () => {
  // docs/alerts.md: two forwarders, two signers and four uplinks make 25 series.
  const series = 25;
  const scrapes = (730 * 3600) / scrapeSeconds;
  expect(inventory(exampleConfiguration()).millionSamples).toBeCloseTo((series * scrapes) / 1e6, 6);
});
