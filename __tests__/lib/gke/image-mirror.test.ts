import { exampleConfiguration } from "../../../laboratory/examples";
import { resource, resources } from "../../support/stacks";
import { type StackJson, synthesise } from "../../../laboratory/synthesis";

const { platform } = synthesise(
  exampleConfiguration((input) => (input.tezos.images = { octez: "ghcr.io/me/octez:octez-v25.1" })),
);
const mirror = (id: string): StackJson =>
  resource(platform, "google_artifact_registry_repository", "repository_id", id);

test("Docker Hub is known by name, another registry by its address", () => {
  expect(mirror("hodl-farm-docker-io")).toMatchObject({
    location: "us-central1",
    format: "DOCKER",
    mode: "REMOTE_REPOSITORY",
    remote_repository_config: { docker_repository: { public_repository: "DOCKER_HUB" } },
  });
  expect(mirror("hodl-farm-ghcr-io").remote_repository_config).toEqual({
    common_repository: { uri: "https://ghcr.io" },
  });
});

test("old copies are deleted, but never the newest", () => {
  expect(mirror("hodl-farm-docker-io").cleanup_policies).toEqual([
    { id: "keep-recent", action: "KEEP", most_recent_versions: { keep_count: 10 } },
    { id: "delete-old", action: "DELETE", condition: { tag_state: "ANY", older_than: "7776000s" } },
  ]);
});

test("VMs can pull from it, and exist only after they can", () => {
  const all = resources(platform);
  const grants = Object.keys(all).filter((address) =>
    /^google_artifact_registry_repository_iam_member\..*-mirror_/.test(address),
  );
  expect(grants).toHaveLength(2);
  for (const address of grants) {
    expect(all[address]).toMatchObject({
      repository: expect.stringContaining("google_artifact_registry_repository."),
      role: "roles/artifactregistry.reader",
      member: expect.stringMatching(/google_service_account\.nodes_\w+\.member/),
    });
  }
  for (const pool of ["system", "public", "baking"]) {
    expect(resource(platform, "google_container_node_pool", "name", pool).depends_on).toEqual(
      expect.arrayContaining(grants),
    );
  }
});
