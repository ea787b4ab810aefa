import type { NodeServiceAccount } from "./node-service-account";

/** The hardening that the VMs of all pools have in common. */
export function hardenedVm(nodes: NodeServiceAccount) {
  return {
    // A minimal operating system with a read-only root and verified boot, patched by Google.
    // https://cloud.google.com/container-optimized-os/docs/concepts/security
    imageType: "COS_CONTAINERD",
    diskType: "pd-balanced",
    // Not a Spot VM, which Google can reclaim at any time with 30 seconds' notice.
    // https://cloud.google.com/kubernetes-engine/docs/concepts/spot-vms
    spot: false,
    serviceAccount: nodes.email,
    // Scopes are the legacy way to restrict a VM. The few roles of its service account do it instead.
    // https://cloud.google.com/kubernetes-engine/docs/how-to/access-scopes
    oauthScopes: ["https://www.googleapis.com/auth/cloud-platform"],
    // The legacy metadata endpoints answer without the header that protects against forged requests.
    // https://cloud.google.com/kubernetes-engine/docs/how-to/protecting-cluster-metadata
    metadata: { "disable-legacy-endpoints": "true" },
    // At the metadata address pods get their own identity, not the VM's.
    // https://cloud.google.com/kubernetes-engine/docs/concepts/workload-identity
    workloadMetadataConfig: { mode: "GKE_METADATA" },
    // Secure boot rejects unsigned kernel modules; integrity monitoring reports a changed boot sequence.
    // https://cloud.google.com/kubernetes-engine/docs/how-to/shielded-gke-nodes
    shieldedInstanceConfig: { enableSecureBoot: true, enableIntegrityMonitoring: true },
    kubeletConfig: {
      // Port 10255 of the kubelet exposes all pods on the VM, without authentication.
      // https://cloud.google.com/kubernetes-engine/docs/how-to/disable-kubelet-readonly-port
      insecureKubeletReadonlyPortEnabled: "FALSE",
      // GKE's default. Unstated, version 6 of the provider would send false, and version 7 true: all VMs would be
      // replaced at that upgrade. https://github.com/hashicorp/terraform-provider-google/issues/15767
      cpuCfsQuota: true,
    },
  };
}
