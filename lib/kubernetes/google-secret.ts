import { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import { Construct } from "constructs";
import type { Volume } from "./secure-pod";

export interface GoogleSecretProps {
  readonly namespace: string;
  readonly name: string;
  /** The secret in Secret Manager: projects/P/secrets/S. Its newest version is mounted. */
  readonly secret: string;
  /** Name of the file in the volume. */
  readonly fileName: string;
}

/**
 * A secret of Secret Manager as a file in a pod, mounted by GKE's own add-on with the identity of the pod's service
 * account. It passes through neither Terraform, nor its state, nor a Kubernetes Secret: who may read those still can't
 * read it.
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
            // YAML in a string is what the driver reads; JSON is YAML.
            secrets: `[{"resourceName": "${props.secret}/versions/latest", "path": "${props.fileName}"}]`,
          },
        },
      },
    });
  }

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
