import { exampleConfiguration } from "../../../laboratory/examples";
import { resource } from "../../support/stacks";
import { type StackJson, synthesise } from "../../../laboratory/synthesis";

const { platform } = synthesise(exampleConfiguration());

test("tags are immutable", () => {
  expect(resource(platform, "google_artifact_registry_repository", "repository_id", "hodl-farm")).toMatchObject({
    repository_id: "hodl-farm",
    location: "us-central1",
    format: "DOCKER",
    docker_config: { immutable_tags: true },
  });
});

test("VMs can pull from this repository", () => {
  const grants = Object.values<StackJson>(platform.resource.google_artifact_registry_repository_iam_member);
  expect(grants).toContainEqual(
    expect.objectContaining({
      repository: expect.stringContaining("google_artifact_registry_repository.registry_"),
      role: "roles/artifactregistry.reader",
      member: expect.stringMatching(/google_service_account\.nodes_\w+\.member/),
    }),
  );
});
