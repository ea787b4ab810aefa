import type { ConfigurationInput } from "../../../lib/config/schema/configuration";
import { exampleConfiguration } from "../../../laboratory/examples";
import { resource, resources } from "../../support/stacks";
import { synthesise, type StackJson } from "../../../laboratory/synthesis";

const poolsOf = (change?: (input: ConfigurationInput) => void, file?: string) =>
  synthesise(exampleConfiguration(change, file)).platform;
const platform = poolsOf();
const pool = (name: string): StackJson => resource(platform, "google_container_node_pool", "name", name);

describe.each(["system", "public", "baking"])("pool %s", (name) => {
  const { node_config: vm, ...body } = pool(name);

  test("is hardened", () => {
    expect(vm).toMatchObject({
      image_type: "COS_CONTAINERD",
      kubelet_config: { insecure_kubelet_readonly_port_enabled: "FALSE", cpu_cfs_quota: true },
      metadata: { "disable-legacy-endpoints": "true" },
      shielded_instance_config: { enable_integrity_monitoring: true, enable_secure_boot: true },
      spot: false,
      workload_metadata_config: { mode: "GKE_METADATA" },
    });
    expect(vm.preemptible).toBeUndefined();
    expect(vm.service_account).toMatch(/^\$\{google_service_account\.nodes_\w+\.email}$/);
    expect(body.network_config.enable_private_nodes).toBe(true);
  });

  test("has one VM in each of two zones, and no autoscaler that would remove an idle one", () => {
    expect(body.node_count).toBe(1);
    expect(body.node_locations).toEqual(["us-central1-b", "us-central1-f"]);
    expect(body.autoscaling).toBeUndefined();
    // Changing it would replace the pool.
    expect(body.initial_node_count).toBeUndefined();
  });

  test("refers to the cluster by name, as an imported pool does", () => {
    expect(body.cluster).toMatch(/^\$\{google_container_cluster\.cluster_\w+\.name}$/);
  });

  test("is repaired and upgraded automatically", () => {
    expect(body.management).toEqual({ auto_repair: true, auto_upgrade: true });
  });

  test("has its name as a label, and the configuration's labels in Google Cloud", () => {
    expect(vm.labels).toEqual({ "hodl.farm/pool": name });
    expect(vm.resource_labels).toEqual({ "managed-by": "terraform", owner: "hodl-farm" });
  });

  test("starts after images can be pulled", () => {
    expect(body.depends_on.join()).toContain("google_artifact_registry_repository_iam_member.");
  });
});

test("all pools except system are tainted", () => {
  const taint = (name: string) => [{ key: "hodl.farm/pool", value: name, effect: "NO_SCHEDULE" }];
  expect(pool("system").node_config.taint).toBeUndefined();
  expect(pool("public").node_config.taint).toEqual(taint("public"));
  expect(pool("baking").node_config.taint).toEqual(taint("baking"));
});

test("an upgrade moves the baking pod once, and drains no other VM before its replacement is ready", () => {
  expect(pool("baking").upgrade_settings.strategy).toBe("BLUE_GREEN");
  for (const name of ["system", "public"]) {
    expect(pool(name).upgrade_settings).toEqual({ strategy: "SURGE", max_surge: 1, max_unavailable: 0 });
  }
});

test("size small has one VM for baking, no spare, and no public pool", () => {
  const small = poolsOf(undefined, "config/shadownet.yaml");
  const pools = Object.values(resources(small)).filter((body) => body.node_config && body.cluster);
  expect(pools.map(({ name }) => name).sort()).toEqual(["baking", "system"]);
  expect(resource(small, "google_container_node_pool", "name", "baking")).toMatchObject({
    node_count: 1,
    node_locations: ["us-central1-a"],
  });
});

test("only VMs for DAL nodes have external addresses, as these exchange terabytes", () => {
  const withDal = poolsOf((input) => (input.bakers[0]!.dal = true));
  const isPrivate = (name: string) =>
    resource(withDal, "google_container_node_pool", "name", name).network_config.enable_private_nodes;
  expect(["system", "public", "baking"].map(isPrivate)).toEqual([true, false, true]);
});
