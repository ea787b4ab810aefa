/**
 * Resource types that no plan may delete or replace, and what would happen. Where they are created, prevent_destroy
 * protects most of them too; the guard (plan.ts) and stacks/never-deleted.ts still do when a change removes that line.
 */
export const protectedTypes: Readonly<Record<string, string>> = {
  google_container_cluster: "everything that runs on it stops",
  google_container_node_pool:
    'all its VMs go at once, and what runs on them stops. "Replacing a node pool" in docs/deploy.md shows how to do it',
  google_compute_network: "the cluster and its addresses are in it",
  google_compute_subnetwork: "the cluster and its VMs are in it",
  google_compute_region_disk: "a baker's chain data, high watermarks and nonces are lost",
  google_compute_disk: "a baker's chain data, high watermarks and nonces are lost",
  google_compute_address: "the Raspberry Pis dial this address; each of them must be reconfigured",
  google_compute_global_address: "everything that dials this address must be reconfigured",
  google_secret_manager_secret: "the secret's versions are lost; a person added them",
  google_artifact_registry_repository:
    'running pods pull their images from it. "Changing an image\'s registry" in docs/deploy.md shows how to do it',
  kubernetes_namespace_v1: "everything in it is deleted with it",
  kubernetes_persistent_volume_v1:
    "the reference to a baker's disk is lost, and the disk too if the reclaim policy is Delete",
  kubernetes_persistent_volume_claim_v1: "the pod that uses it can't restart with its data",
};

/** Whether a type is one of those. */
export const isProtected = (type: string): boolean => type in protectedTypes;

/** What would happen without the admission policy of kubernetes/single-writers.ts or its binding. */
export const secondBakerGuardLoss =
  "a second copy of a baker could start and sign twice. Keep it; to change its name, add the new one in a deploy of its own first";
