/** Labels of a pod, by Kubernetes' recommended names, and what selects it. */
export interface WorkloadLabels {
  /** All labels. */
  readonly labels: Record<string, string>;
  /** Those that select the pods: they can never change. */
  readonly selector: Record<string, string>;
}

/** Which kind of pod it is, for rules about what may share a VM. */
export const roleLabel = "hodl.farm/role";
export type Role = "public" | "baking" | "forwarder" | "dal";

/**
 * @param role what may share a VM with it
 * @param name kind of workload, such as baking-node
 * @param instance which one of its kind, such as a baker's name
 */
export function workloadLabels(role: Role, name: string, instance: string): WorkloadLabels {
  const selector = { "app.kubernetes.io/name": name, "app.kubernetes.io/instance": instance };
  return { selector, labels: { ...selector, "app.kubernetes.io/part-of": "hodl-farm", [roleLabel]: role } };
}

/**
 * Keeps the pod off every VM that runs a pod of one of these roles. It is one term, whatever the roles: of several the
 * scheduler looks at a waiting pod again only when a pod has gone that all of them match, so that it waits for minutes
 * beside a VM that is free.
 */
export function apartFrom(roles: Role[]) {
  return [
    {
      topologyKey: "kubernetes.io/hostname",
      labelSelector: [{ matchExpressions: [{ key: roleLabel, operator: "In", values: roles }] }],
    },
  ];
}
