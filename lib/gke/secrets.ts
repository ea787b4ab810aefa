import { SecretManagerSecret } from "@cdktf/provider-google/lib/secret-manager-secret";
import { SecretManagerSecretIamBinding } from "@cdktf/provider-google/lib/secret-manager-secret-iam-binding";
import { Construct } from "constructs";
import type { WorkloadServiceAccount } from "./workload-service-account";
import type { ProjectServices } from "./services";

export interface WorkloadSecretProps {
  readonly name: string;
  /** The only workload that may read it. */
  readonly reader: WorkloadServiceAccount;
  readonly services: ProjectServices;
}

/**
 * A secret in Secret Manager that one workload may read. It is made empty: a person adds the version, so that the
 * secret itself passes neither through Terraform's plan and state nor through a pipeline.
 */
export class WorkloadSecret extends Construct {
  /** `projects/P/secrets/NAME`; a token. */
  readonly secretId: string;

  constructor(scope: Construct, id: string, props: WorkloadSecretProps) {
    super(scope, id);
    const secret = new SecretManagerSecret(this, "Resource", {
      secretId: props.name,
      // Google chooses the places: the secret must be readable while a region is down.
      replication: { auto: {} },
      // The Raspberry Pis pin the public half of what is in here: losing it means a visit to each of them.
      lifecycle: { preventDestroy: true },
      dependsOn: [...props.services.enabled],
    });
    // A binding, not a member: whoever was let in by hand is put out again by the next apply.
    new SecretManagerSecretIamBinding(this, "reader", {
      secretId: secret.id,
      role: "roles/secretmanager.secretAccessor",
      members: [props.reader.member],
    });
    this.secretId = secret.id;
  }
}
