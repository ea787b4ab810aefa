import { NamespaceV1 } from "@cdktf/provider-kubernetes/lib/namespace-v1";
import { NetworkPolicyV1 } from "@cdktf/provider-kubernetes/lib/network-policy-v1";
import { Construct } from "constructs";

/** A namespace that admits hardened pods only, and in which no packet moves unless a policy says so. */
export class SecureNamespace extends Construct {
  /** Its name, as a reference: what uses it is made after it. */
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
      // Without rules the two types deny everything; an empty selector selects every pod.
      spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
    });
  }
}
