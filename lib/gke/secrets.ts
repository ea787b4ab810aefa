import { SecretManagerSecret } from "@cdktf/provider-google/lib/secret-manager-secret";
import { SecretManagerSecretIamBinding } from "@cdktf/provider-google/lib/secret-manager-secret-iam-binding";
import { Construct } from "constructs";
import type { WorkloadServiceAccount } from "./workload-service-account";
import type { ProjectServices } from "./services";

export interface WorkloadSecretProps {
  readonly name: string;
  /** The only workload that can read it. */
  readonly reader: WorkloadServiceAccount;
  readonly services: ProjectServices;
}

/**
 * A secret in Secret Manager that one workload can read. It is created without a version, which a person adds: so its
 * value never passes through Terraform's plan and state, or through a pipeline.
 */
export class WorkloadSecret extends Construct {
  /** `projects/P/secrets/NAME`; a token. */
  readonly secretId: string;

  constructor(scope: Construct, id: string, props: WorkloadSecretProps) {
    super(scope, id);
    const secret = new SecretManagerSecret(this, "Resource", {
      secretId: props.name,
      // Google chooses the locations: the secret must be readable while a region is down.
      // https://cloud.google.com/secret-manager/docs/choosing-replication
      replication: { auto: {} },
      // The Raspberry Pis pin the public half of the host key: if it were lost, each of them would need a new one.
      lifecycle: { preventDestroy: true },
      dependsOn: [...props.services.enabled],
    });
    // A binding, not a member: the next apply removes anybody who was granted access by hand.
    new SecretManagerSecretIamBinding(this, "reader", {
      secretId: secret.id,
      role: "roles/secretmanager.secretAccessor",
      members: [props.reader.member],
    });
    this.secretId = secret.id;
  }
}
