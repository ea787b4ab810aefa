/**
 * Labels of a pod, by Kubernetes' recommended names.
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/
 */
export interface WorkloadLabels {
  /** All labels. */
  readonly labels: Record<string, string>;
  /** Those that select the pods. A workload's selector can never change. */
  readonly selector: Record<string, string>;
}

/** Key of the label by which rules decide what may share a VM. */
export const roleLabel = "hodl.farm/role";
export type Role = "public" | "baking" | "forwarder" | "dal" | "image-pre-pull";

/**
 * @param role decides which pods may share a VM with it
 * @param name kind of the workload, such as baking-node
 * @param instance which one of its kind it is, such as a baker's name
 */
export function workloadLabels(role: Role, name: string, instance: string): WorkloadLabels {
  const selector = { "app.kubernetes.io/name": name, "app.kubernetes.io/instance": instance };
  return { selector, labels: { ...selector, "app.kubernetes.io/part-of": "hodl-farm", [roleLabel]: role } };
}

/**
 * Anti-affinity terms that keep a pod off every VM with a pod of these roles. It is always a single term: with several,
 * the scheduler only retries a pending pod once a deleted pod matches all of them, so the pod stays pending for minutes
 * although a VM is free.
 * https://github.com/kubernetes/kubernetes/blob/v1.33.0/pkg/scheduler/framework/plugins/interpodaffinity/plugin.go
 */
export function apartFrom(roles: Role[]) {
  return [
    {
      topologyKey: "kubernetes.io/hostname",
      labelSelector: [{ matchExpressions: [{ key: roleLabel, operator: "In", values: roles }] }],
    },
  ];
}
