import type { NodeServiceAccount } from "./node-service-account";

/** What every VM has in common, whatever its pool: the hardening. */
export function hardenedVm(nodes: NodeServiceAccount) {
  return {
    // A minimal system with a read-only root and verified boot, which Google patches.
    imageType: "COS_CONTAINERD",
    diskType: "pd-balanced",
    // Never preemptible: Google takes such a VM away within a day, with half a minute's notice.
    spot: false,
    serviceAccount: nodes.email,
    // Scopes are the old way to restrict a VM; the service account's few roles do it.
    oauthScopes: ["https://www.googleapis.com/auth/cloud-platform"],
    // The old metadata paths answer without the header that keeps forged requests out.
    metadata: { "disable-legacy-endpoints": "true" },
    // Pods see their own identity at the metadata address, not the VM's.
    workloadMetadataConfig: { mode: "GKE_METADATA" },
    // No unsigned kernel module, and a changed boot sequence shows.
    shieldedInstanceConfig: { enableSecureBoot: true, enableIntegrityMonitoring: true },
    // The kubelet's port 10255 tells every pod of all others, without asking who they are.
    kubeletConfig: { insecureKubeletReadonlyPortEnabled: "FALSE" },
  };
}
