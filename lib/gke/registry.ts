import { ArtifactRegistryRepository } from "@cdktf/provider-google/lib/artifact-registry-repository";
import { ArtifactRegistryRepositoryIamMember } from "@cdktf/provider-google/lib/artifact-registry-repository-iam-member";
import { Construct } from "constructs";
import type { NodeServiceAccount } from "./node-service-account";
import type { ProjectServices } from "./services";

export interface ImageRegistryProps {
  readonly name: string;
  readonly region: string;
  /** The service account that pulls the images. */
  readonly nodes: NodeServiceAccount;
  readonly services: ProjectServices;
}

/**
 * The repository of this deployment's own images; its address is imageRepository().
 *
 * Without a cleanup policy: the images are few and small, and a pod that is rescheduled must still find its image.
 */
export class ImageRegistry extends Construct {
  /** Allows the VMs to pull images. VMs must not start before it is granted. */
  readonly nodesMayPull: ArtifactRegistryRepositoryIamMember;

  constructor(scope: Construct, id: string, props: ImageRegistryProps) {
    super(scope, id);
    const repository = new ArtifactRegistryRepository(this, "Resource", {
      repositoryId: props.name,
      location: props.region,
      format: "DOCKER",
      description: "Images that this deployment builds itself, tagged with the hash of their sources.",
      // A tag that can't be moved is as good as a digest: the image that was reviewed is the one that runs.
      dockerConfig: { immutableTags: true },
      dependsOn: [...props.services.enabled],
    });
    this.nodesMayPull = mayPull(this, repository, props.nodes);
  }
}

/** Allows the VMs to pull images from a repository: from this one only, not from all of the project. */
export const mayPull = (scope: Construct, repository: ArtifactRegistryRepository, nodes: NodeServiceAccount) =>
  new ArtifactRegistryRepositoryIamMember(scope, "nodes-may-pull", {
    repository: repository.name,
    location: repository.location,
    role: "roles/artifactregistry.reader",
    member: nodes.member,
  });
