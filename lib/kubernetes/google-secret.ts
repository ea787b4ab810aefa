import { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import { Construct } from "constructs";
import type { Volume } from "./secure-pod";

export interface GoogleSecretProps {
  readonly namespace: string;
  readonly name: string;
  /** The secret in Secret Manager: projects/P/secrets/S. Its latest version is mounted. */
  readonly secret: string;
  /** Name of the file in the volume. */
  readonly fileName: string;
}

/**
 * A secret in Secret Manager as a file in a pod. GKE's add-on mounts it, with the identity of the pod's service
 * account. The secret never passes through Terraform, its state or a Kubernetes Secret: read access to those doesn't
 * reveal it.
 * https://cloud.google.com/secret-manager/docs/secret-manager-managed-csi-component
 */
export class GoogleSecret extends Construct {
  private readonly name: string;

  constructor(scope: Construct, id: string, props: GoogleSecretProps) {
    super(scope, id);
    this.name = props.name;
    new Manifest(this, "Resource", {
      manifest: {
        apiVersion: "secrets-store.csi.x-k8s.io/v1",
        kind: "SecretProviderClass",
        metadata: { namespace: props.namespace, name: props.name },
        spec: {
          provider: "gke",
          parameters: {
            // The driver expects YAML in a string. JSON is YAML.
            secrets: `[{"resourceName": "${props.secret}/versions/latest", "path": "${props.fileName}"}]`,
          },
        },
      },
    });
  }

  /** The secret as a volume of a pod. */
  volume(name: string): Volume {
    return {
      name,
      csi: {
        driver: "secrets-store-gke.csi.k8s.io",
        readOnly: true,
        volumeAttributes: { secretProviderClass: this.name },
      },
    };
  }
}
