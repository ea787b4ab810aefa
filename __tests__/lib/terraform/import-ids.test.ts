import { importId, namedByGoogle } from "../../../lib/terraform/import-ids";
import { bakerObjectsByAddress } from "../../../laboratory/convert/baker-objects";
import { resolvedPlatform } from "../../../laboratory/convert/platform-outputs";
import { exampleConfiguration, exampleFiles } from "../../../laboratory/examples";
import { synthesise } from "../../../laboratory/synthesis";

const here = { project: "p", region: "r" };

test.each([
  ["google_compute_address", { name: "a" }, "projects/p/regions/r/addresses/a"],
  ["google_compute_address", { name: "a", project: "q", region: "s" }, "projects/q/regions/s/addresses/a"],
  ["google_compute_region_disk", { name: "d" }, "projects/p/regions/r/disks/d"],
  ["google_compute_disk", { name: "d", zone: "z" }, "projects/p/zones/z/disks/d"],
  ["google_compute_router_nat", { name: "n", router: "o" }, "projects/p/regions/r/routers/o/n"],
  ["google_container_cluster", { name: "c", location: "l" }, "projects/p/locations/l/clusters/c"],
  ["google_container_node_pool", { name: "n", location: "l", cluster: "c" }, "p/l/c/n"],
  ["google_container_node_pool", { name: "n", location: "l", cluster: "projects/p/locations/l/clusters/c" }, "p/l/c/n"],
  ["google_project_service", { service: "compute.googleapis.com" }, "p/compute.googleapis.com"],
  ["google_project_iam_member", { role: "roles/x", member: "user:a@b.c" }, "p roles/x user:a@b.c"],
  ["google_secret_manager_secret", { secret_id: "s" }, "projects/p/secrets/s"],
  ["kubernetes_service_v1", { metadata: { name: "s", namespace: "n" } }, "n/s"],
  // A plan has lists where cdk.tf.json has objects.
  ["kubernetes_namespace_v1", { metadata: [{ name: "n" }] }, "n"],
  [
    "kubernetes_manifest",
    { manifest: { apiVersion: "g/v1", kind: "K", metadata: { name: "m", namespace: "n" } } },
    "apiVersion=g/v1,kind=K,namespace=n,name=m",
  ],
])("%s %j is imported as %s", (type, values, id) => {
  expect(importId(type, values, here)).toBe(id);
});

test("there is none while a reference is unknown, for a name that Google makes up, and for an unknown type", () => {
  expect(importId("google_compute_router_nat", { name: "n" }, here)).toBeUndefined();
  expect(importId("google_monitoring_alert_policy", { display_name: "a" }, here)).toBeUndefined();
  expect(importId("google_dns_record_set", { name: "a" }, here)).toBeUndefined();
  expect(importId("kubernetes_service_v1", {}, here)).toBeUndefined();
});

test.each(exampleFiles)("there is one for everything in %s that Google doesn't name itself", (file) => {
  const stacks = synthesise(exampleConfiguration(undefined, file));
  const platform = resolvedPlatform(stacks.platform);
  const without = Object.entries(platform.resource!).flatMap(([type, resources]) =>
    Object.entries(resources).flatMap(([name, values]) =>
      importId(type, values, here) === undefined && !namedByGoogle.has(type) && type !== "terraform_data"
        ? `${type}.${name}`
        : [],
    ),
  );
  const objects = [...bakerObjectsByAddress(stacks)].flatMap(([address, object]) => {
    const [type = ""] = address.split(".");
    const values = type === "kubernetes_manifest" ? { manifest: object } : { metadata: object.metadata };
    return importId(type, values, here) === undefined ? address : [];
  });
  expect([...without, ...objects]).toEqual([]);
});
