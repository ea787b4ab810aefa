import { ArtifactRegistryRepository } from "@cdktf/provider-google/lib/artifact-registry-repository";
import { ArtifactRegistryRepositoryIamMember } from "@cdktf/provider-google/lib/artifact-registry-repository-iam-member";
import { Construct } from "constructs";
import type { NodeServiceAccount } from "./node-service-account";
import type { ProjectServices } from "./services";

export interface ImageRegistryProps {
  readonly name: string;
  readonly region: string;
  /** Who pulls the images. */
  readonly nodes: NodeServiceAccount;
  readonly services: ProjectServices;
}

/**
 * The repository of this deployment's own images; its address is imageRepository().
 *
 * No cleanup policy: the images are few and small, and one that a running pod needs after a move must still be there.
 */
export class ImageRegistry extends Construct {
  /** Lets the VMs pull; VMs must not start before. */
  readonly nodesMayPull: ArtifactRegistryRepositoryIamMember;

  constructor(scope: Construct, id: string, props: ImageRegistryProps) {
    super(scope, id);
    const repository = new ArtifactRegistryRepository(this, "Resource", {
      repositoryId: props.name,
      location: props.region,
      format: "DOCKER",
      description: "Images that this deployment builds itself, tagged by the hash of their sources.",
      // A tag that can't move is as good as a digest: what was reviewed is what runs.
      dockerConfig: { immutableTags: true },
      dependsOn: [...props.services.enabled],
    });
    // On this repository only, not on the project.
    this.nodesMayPull = new ArtifactRegistryRepositoryIamMember(this, "nodes-may-pull", {
      repository: repository.name,
      location: repository.location,
      role: "roles/artifactregistry.reader",
      member: props.nodes.member,
    });
  }
}
