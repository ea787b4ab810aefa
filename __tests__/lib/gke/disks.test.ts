import { exampleConfiguration } from "../../../laboratory/examples";
import { resource } from "../../support/stacks";
import { synthesise } from "../../../laboratory/synthesis";

const { platform } = synthesise(exampleConfiguration((input) => (input.bakers[0]!.diskGiB = 300)));

test("a baker's disk is replicated to two zones and protected from deletion", () => {
  expect(resource(platform, "google_compute_region_disk")).toMatchObject({
    name: "hodl-farm-baker-baker",
    replica_zones: ["us-central1-b", "us-central1-f"],
    size: 300,
    type: "pd-balanced",
    lifecycle: { prevent_destroy: true },
  });
});

test("with size small it is in one zone, and protected too", () => {
  const small = synthesise(exampleConfiguration(undefined, "config/shadownet.yaml")).platform;
  expect(resource(small, "google_compute_disk")).toMatchObject({
    zone: "us-central1-a",
    size: 50,
    type: "pd-balanced",
    lifecycle: { prevent_destroy: true },
  });
  expect(small.resource.google_compute_region_disk).toBeUndefined();
});

test("no snapshots exist that could restore an older high watermark", () => {
  expect(Object.keys(platform.resource).filter((type) => /snapshot|resource_policy/.test(type))).toEqual([]);
});
