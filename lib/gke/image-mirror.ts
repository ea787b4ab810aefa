import {
  ArtifactRegistryRepository,
  type ArtifactRegistryRepositoryRemoteRepositoryConfig,
} from "@cdktf/provider-google/lib/artifact-registry-repository";
import type { ArtifactRegistryRepositoryIamMember } from "@cdktf/provider-google/lib/artifact-registry-repository-iam-member";
import { Construct } from "constructs";
import { dockerHub, type ImageMirror as Mirror } from "../config/facts/images";
import type { NodeServiceAccount } from "./node-service-account";
import { mayPull } from "./registry";
import type { ProjectServices } from "./services";

export interface ImageMirrorProps {
  readonly mirror: Mirror;
  readonly region: string;
  /** The service account that pulls the images. */
  readonly nodes: NodeServiceAccount;
  readonly services: ProjectServices;
}

/**
 * A remote repository: Artifact Registry pulls an image from its registry when it is first asked for it, and keeps a
 * copy. So a registry that is down, or that limits how often it is asked, doesn't keep a VM from starting a pod whose
 * image was used before. VMs reach it without Cloud NAT, and need no more than the right to read.
 * https://cloud.google.com/artifact-registry/docs/repositories/remote-overview
 */
export class ImageMirror extends Construct {
  /** Allows the VMs to pull images. VMs must not start before it is granted. */
  readonly nodesMayPull: ArtifactRegistryRepositoryIamMember;

  constructor(scope: Construct, id: string, props: ImageMirrorProps) {
    super(scope, id);
    const { registry, repository: repositoryId } = props.mirror;
    const repository = new ArtifactRegistryRepository(this, "Resource", {
      repositoryId,
      location: props.region,
      format: "DOCKER",
      mode: "REMOTE_REPOSITORY",
      description: `Copies of the images that are used of ${registry}.`,
      remoteRepositoryConfig: upstream(registry),
      // A version that is still used and was deleted here is only pulled again. An image for several architectures has
      // about as many versions as architectures. Deletion needs both: no policy keeps it, and one deletes it.
      // https://cloud.google.com/artifact-registry/docs/repositories/cleanup-policy
      cleanupPolicies: [
        { id: "keep-recent", action: "KEEP", mostRecentVersions: { keepCount: 10 } },
        { id: "delete-old", action: "DELETE", condition: { tagState: "ANY", olderThan: `${90 * 86_400}s` } },
      ],
      dependsOn: [...props.services.enabled],
    });
    this.nodesMayPull = mayPull(this, repository, props.nodes);
  }
}

/** Google knows Docker Hub by name, and any other registry by its address. A change of either replaces the repository. */
function upstream(registry: string): ArtifactRegistryRepositoryRemoteRepositoryConfig {
  return registry === dockerHub
    ? { dockerRepository: { publicRepository: "DOCKER_HUB" } }
    : { commonRepository: { uri: `https://${registry}` } };
}
