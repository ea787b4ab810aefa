import { ProjectIamMember } from "@cdktf/provider-google/lib/project-iam-member";
import { ServiceAccount } from "@cdktf/provider-google/lib/service-account";
import { Construct } from "constructs";
import type { ProjectServices } from "./services";

/**
 * What GKE's agents on a VM need to write logs and metrics. The default service account may have Editor on the project,
 * and anyone who breaks out of a pod gets the VM's permissions.
 * https://cloud.google.com/kubernetes-engine/docs/how-to/hardening-your-cluster#use_least_privilege_sa
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

/** The service account of the VMs, with the minimum of roles that GKE needs. */
export class NodeServiceAccount extends Construct {
  /** A token. */
  readonly email: string;
  /** The account as a member in IAM policies; a token. */
  readonly member: string;
  /** VMs that start before these are granted don't become healthy. */
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
