import { exampleConfiguration } from "../../../laboratory/examples";
import { resource } from "../../support/stacks";
import { synthesise, type StackJson } from "../../../laboratory/synthesis";

const cluster = resource(synthesise(exampleConfiguration()).platform, "google_container_cluster");

/** Each of these is required by the CIS GKE Benchmark 2.0, or explained in lib/gke/cluster.ts. */
const hardening: [setting: string, value: unknown][] = [
  ["addons_config.dns_cache_config.enabled", false],
  ["anonymous_authentication_config.mode", "LIMITED"],
  ["control_plane_endpoints_config.dns_endpoint_config.allow_external_traffic", true],
  ["control_plane_endpoints_config.ip_endpoints_config.enabled", false],
  ["datapath_provider", "ADVANCED_DATAPATH"],
  ["deletion_protection", true],
  ["enable_intranode_visibility", true],
  ["enable_l4_ilb_subsetting", true],
  ["enable_legacy_abac", false],
  ["enable_shielded_nodes", true],
  ["lifecycle.prevent_destroy", true],
  ["master_auth.client_certificate_config.issue_client_certificate", false],
  ["monitoring_config.managed_prometheus.enabled", true],
  ["networking_mode", "VPC_NATIVE"],
  ["node_config.shielded_instance_config.enable_secure_boot", true],
  ["node_config.workload_metadata_config.mode", "GKE_METADATA"],
  ["node_pool_defaults.node_config_defaults.insecure_kubelet_readonly_port_enabled", "FALSE"],
  ["private_cluster_config.enable_private_nodes", true],
  ["rbac_binding_config.enable_insecure_binding_system_authenticated", false],
  ["rbac_binding_config.enable_insecure_binding_system_unauthenticated", false],
  ["release_channel.channel", "STABLE"],
  ["remove_default_node_pool", true],
  ["secret_manager_config.enabled", true],
  ["security_posture_config.mode", "BASIC"],
  ["service_external_ips_config.enabled", false],
  ["workload_identity_config.workload_pool", "hodl-farm-baking.svc.id.goog"],
];

test.each(hardening)("%s is %p", (setting, value) => {
  expect(setting.split(".").reduce((body: StackJson, key) => body?.[key], cluster)).toEqual(value);
});

test("collects the logs of the control plane", () => {
  expect(cluster.logging_config.enable_components).toEqual(
    expect.arrayContaining(["SYSTEM_COMPONENTS", "WORKLOADS", "APISERVER", "SCHEDULER", "CONTROLLER_MANAGER"]),
  );
});

test("is regional, and its throw-away default pool is one VM with a small disk", () => {
  expect(cluster.location).toBe("us-central1");
  expect(cluster.node_locations).toEqual(["us-central1-b"]);
  expect(cluster.initial_node_count).toBe(1);
  expect(cluster.node_config).toMatchObject({ disk_size_gb: 20, disk_type: "pd-balanced" });
});

test("is zonal with size small, as Google's credit pays for that", () => {
  const small = synthesise(exampleConfiguration(undefined, "config/shadownet.yaml")).platform;
  const { location, node_locations } = resource(small, "google_container_cluster");
  expect({ location, node_locations }).toEqual({ location: "us-central1-a", node_locations: undefined });
  for (const pool of Object.values<StackJson>(small.resource.google_container_node_pool)) {
    expect(pool).toMatchObject({ location: "us-central1-a", node_locations: ["us-central1-a"] });
  }
});

test("states nothing that Google need not return, so that nothing can differ and replace it", () => {
  expect(cluster.private_cluster_config).toEqual({ enable_private_nodes: true });
});

test("ignores what Google returns in another order, and the zones that each pool states itself", () => {
  expect(cluster.lifecycle.ignore_changes).toEqual(
    expect.arrayContaining([
      "logging_config[0].enable_components",
      "monitoring_config[0].enable_components",
      "node_locations",
    ]),
  );
});

test("ignores changes that GKE reads back differently, but of no security setting", () => {
  const ignored: string[] = cluster.lifecycle.ignore_changes;
  expect(ignored).toEqual(expect.arrayContaining(["initial_node_count", "node_config"]));
  const securitySettings = hardening
    .map(([setting]) => setting)
    .filter((setting) => !/^node_config|enable_private_endpoint/.test(setting));
  expect(
    securitySettings.filter((setting) => ignored.some((name) => setting.startsWith(name.replace("[0]", "")))),
  ).toEqual([]);
});

test("waits for the VMs' roles and for their access to the registries", () => {
  const waitsFor = (cluster.depends_on as string[]).map((address) => address.split(".")[0]);
  expect(waitsFor.filter((type) => type === "google_project_iam_member")).toHaveLength(5);
  expect(waitsFor).toContain("google_compute_router_nat");
});
