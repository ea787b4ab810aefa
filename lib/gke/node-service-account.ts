import { ProjectIamMember } from "@cdktf/provider-google/lib/project-iam-member";
import { ServiceAccount } from "@cdktf/provider-google/lib/service-account";
import { Construct } from "constructs";
import type { ProjectServices } from "./services";

/**
 * All that GKE's agents on a VM need: to write logs and metrics. The default service account would have Editor on the
 * whole project, and whoever breaks out of a pod has what the VM has.
 */
const nodeRoles = [
  "roles/autoscaling.metricsWriter",
  "roles/logging.logWriter",
  "roles/monitoring.metricWriter",
  "roles/monitoring.viewer",
  "roles/stackdriver.resourceMetadata.writer",
];

export interface NodeServiceAccountProps {
  /** Google Cloud project id. */
  readonly project: string;
  /** Name of the deployment. */
  readonly name: string;
  readonly services: ProjectServices;
}

/** The service account of the VMs, with the least that GKE can do with. */
export class NodeServiceAccount extends Construct {
  /** A token. */
  readonly email: string;
  /** As IAM policies name it; a token. */
  readonly member: string;
  /** VMs that start before they have these can't report themselves healthy. */
  readonly roles: readonly ProjectIamMember[];

  constructor(scope: Construct, id: string, props: NodeServiceAccountProps) {
    super(scope, id);
    const account = new ServiceAccount(this, "Resource", {
      accountId: `${props.name}-nodes`,
      displayName: `VMs of ${props.name}`,
      dependsOn: [...props.services.enabled],
    });
    this.email = account.email;
    this.member = account.member;
    this.roles = nodeRoles.map(
      (role) =>
        new ProjectIamMember(this, role.replace("roles/", ""), {
          project: props.project,
          role,
          member: account.member,
        }),
    );
  }
}
