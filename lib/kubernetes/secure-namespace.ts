import { NamespaceV1 } from "@cdktf/provider-kubernetes/lib/namespace-v1";
import { NetworkPolicyV1 } from "@cdktf/provider-kubernetes/lib/network-policy-v1";
import { Construct } from "constructs";

/**
 * A namespace that only admits hardened pods, and allows no traffic without a policy.
 * https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
 */
export class SecureNamespace extends Construct {
  /** Its name as a Terraform reference, so that whatever uses it is created after it. */
  readonly name: string;

  constructor(scope: Construct, id: string, props: { readonly name: string }) {
    super(scope, id);
    const namespace = new NamespaceV1(this, "Resource", {
      metadata: {
        name: props.name,
        labels: {
          "pod-security.kubernetes.io/enforce": "restricted",
          "pod-security.kubernetes.io/audit": "restricted",
          "pod-security.kubernetes.io/warn": "restricted",
        },
      },
    });
    this.name = namespace.metadata.name;
    new NetworkPolicyV1(this, "default-deny", {
      metadata: { namespace: this.name, name: "default-deny" },
      // Selects every pod, and allows neither direction.
      // https://kubernetes.io/docs/concepts/services-networking/network-policies/#default-deny-all-ingress-and-all-egress-traffic
      spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
    });
  }
}
