import type { Synthesised } from "../synthesis";
import { type KubernetesObject, kubernetesObjectsByAddress } from "./kubernetes-objects";
import { platformOutputs } from "./platform-outputs";
import type { TerraformBlock, TerraformJson } from "./terraform-references";

/** Cluster IPs by the Service's name. */
export type ClusterIps = Readonly<Record<string, string>>;

/**
 * The objects of stack `baker`, with stand-ins for the values that only Google knows.
 * @param clusterIps those that an API server has assigned; the other Services get stand-ins
 */
export function bakerObjects(stacks: Synthesised, clusterIps?: ClusterIps): KubernetesObject[] {
  return [...bakerObjectsByAddress(stacks, clusterIps).values()];
}

/** The same objects, by Terraform address. */
export function bakerObjectsByAddress(
  { baker, platform }: Synthesised,
  clusterIps: ClusterIps = {},
): Map<string, KubernetesObject> {
  const services = Object.entries((baker as TerraformJson).resource?.["kubernetes_service_v1"] ?? {});
  const assigned = services.flatMap(([name, { metadata }]) => {
    const ip = clusterIps[String((metadata as TerraformBlock)["name"])];
    return ip === undefined ? [] : [[`kubernetes_service_v1.${name}.spec[0].cluster_ip`, ip]];
  });
  const values = { ...platformOutputs(baker, platform).values, ...Object.fromEntries(assigned) };
  return kubernetesObjectsByAddress(baker, values);
}
