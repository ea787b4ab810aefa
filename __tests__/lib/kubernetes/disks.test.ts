import { DiskClass, ExistingDisk } from "../../../lib/kubernetes/disks";
import { stackOf } from "../../support/construct";
import { resource } from "../../support/stacks";

let mounted: unknown;
const stack = stackOf((scope) => {
  const diskClass = new DiskClass(scope, "class", { name: "farm-retained" });
  const disk = new ExistingDisk(scope, "disk", {
    namespace: "farm",
    name: "farm-baker",
    diskClass,
    volumeHandle: "projects/p/regions/r/disks/d",
    sizeGiB: 200,
    zones: ["r-b", "r-f"],
  });
  mounted = disk.volume("data");
});
const volume = resource(stack, "kubernetes_persistent_volume_v1");
const claim = resource(stack, "kubernetes_persistent_volume_claim_v1");
const [volumeSpec] = volume.spec;

test("Kubernetes deletes neither this disk nor any other of the class", () => {
  expect(resource(stack, "kubernetes_storage_class_v1")).toMatchObject({
    metadata: { name: "farm-retained" },
    storage_provisioner: "pd.csi.storage.gke.io",
    reclaim_policy: "Retain",
    volume_binding_mode: "WaitForFirstConsumer",
    allow_volume_expansion: true,
  });
  expect(volumeSpec.persistent_volume_reclaim_policy).toBe("Retain");
});

test("at most one pod can mount it, by the volume and by the claim", () => {
  expect(volumeSpec.access_modes).toEqual(["ReadWriteOncePod"]);
  expect(claim.spec.access_modes).toEqual(["ReadWriteOncePod"]);
});

test("the volume and the claim are bound to each other", () => {
  expect(volumeSpec.claim_ref).toEqual({ namespace: "farm", name: "farm-baker" });
  expect(claim.metadata).toEqual({ namespace: "farm", name: "farm-baker" });
  expect(claim.spec.volume_name).toMatch(/^\$\{kubernetes_persistent_volume_v1\.disk_volume_\w+\.metadata\[0]\.name}$/);
  // With another class or size, the claim would stay unbound.
  expect(claim.spec.storage_class_name).toBe(volumeSpec.storage_class_name);
  expect(claim.spec.resources.requests).toEqual({ storage: "200Gi" });
  expect(volumeSpec.capacity).toEqual({ storage: "200Gi" });
});

test("is the disk in Google Cloud, usable in both zones with a copy of the data", () => {
  expect(volumeSpec.persistent_volume_source.csi).toEqual({
    driver: "pd.csi.storage.gke.io",
    volume_handle: "projects/p/regions/r/disks/d",
    fs_type: "ext4",
    volume_attributes: { "force-attach": "true" },
  });
  expect(volumeSpec.node_affinity.required.node_selector_term).toEqual([
    { match_expressions: [{ key: "topology.gke.io/zone", operator: "In", values: ["r-b", "r-f"] }] },
  ]);
});

test("grows by its claim, and the volume follows", () => {
  expect(volume.lifecycle.ignore_changes).toEqual(["spec[0].capacity"]);
  expect(claim.lifecycle?.ignore_changes).toBeUndefined();
});

test("an apply doesn't wait for the pod that needs it", () => {
  expect(claim.wait_until_bound).toBe(false);
});

test("is mounted through its claim", () => {
  expect(mounted).toMatchObject({ name: "data", persistentVolumeClaim: { claimName: expect.any(String) } });
});

test("a zonal disk is not attached by force, which Google would refuse", () => {
  const zonal = stackOf((scope) => {
    const diskClass = new DiskClass(scope, "class", { name: "farm-retained" });
    new ExistingDisk(scope, "disk", {
      namespace: "farm",
      name: "farm-baker",
      diskClass,
      volumeHandle: "projects/p/zones/z/disks/d",
      sizeGiB: 50,
      zones: ["r-a"],
    });
  });
  const [{ persistent_volume_source: source }] = resource(zonal, "kubernetes_persistent_volume_v1").spec;
  expect(source.csi.volume_attributes).toBeUndefined();
});
