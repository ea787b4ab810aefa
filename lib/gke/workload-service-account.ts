import { createHash } from "node:crypto";
import { ServiceAccount } from "@cdktf/provider-google/lib/service-account";
import { ServiceAccountIamBinding } from "@cdktf/provider-google/lib/service-account-iam-binding";
import { Construct } from "constructs";
import type { Cluster } from "./cluster";
import type { ProjectServices } from "./services";

export interface WorkloadServiceAccountProps {
  /** Google Cloud project id. */
  readonly project: string;
  /** Name of the deployment, which is also the namespace. */
  readonly name: string;
  /** Name of the Kubernetes service account, in that namespace, that impersonates this one. */
  readonly kubernetesServiceAccount: string;
  /** The cluster whose workload identity pool the Kubernetes service account belongs to. */
  readonly cluster: Cluster;
  readonly services: ProjectServices;
}

/**
 * A Google service account that a single Kubernetes service account can impersonate, without key files. The Kubernetes
 * service account must have the annotation `iam.gke.io/gcp-service-account` with this one's e-mail.
 * https://cloud.google.com/kubernetes-engine/docs/how-to/workload-identity
 */
export class WorkloadServiceAccount extends Construct {
  /** A token. */
  readonly email: string;
  /** The account as a member in IAM policies; a token. */
  readonly member: string;

  constructor(scope: Construct, id: string, props: WorkloadServiceAccountProps) {
    super(scope, id);
    const { name, project, kubernetesServiceAccount } = props;
    const account = new ServiceAccount(this, "Resource", {
      accountId: accountId(`${name}-${kubernetesServiceAccount}`),
      displayName: `${kubernetesServiceAccount} of ${name}`,
      dependsOn: [...props.services.enabled],
    });
    // A binding, not a member: nobody else may impersonate it.
    new ServiceAccountIamBinding(this, "impersonation", {
      serviceAccountId: account.name,
      role: "roles/iam.workloadIdentityUser",
      members: [`serviceAccount:${project}.svc.id.goog[${name}/${kubernetesServiceAccount}]`],
      // The project's workload identity pool is created together with its first cluster.
      dependsOn: [props.cluster.resource],
    });
    this.email = account.email;
    this.member = account.member;
  }
}

/** Google's limit for the id of a service account. https://cloud.google.com/iam/docs/service-accounts-create */
const accountIdLength = 30;

/** The text, shortened to accountIdLength with a hash that keeps it unique. */
function accountId(text: string): string {
  if (text.length <= accountIdLength) return text;
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 6);
  return `${text.slice(0, accountIdLength - hash.length - 1).replace(/-$/, "")}-${hash}`;
}
