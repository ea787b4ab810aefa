/** The part of a pod of Kubernetes' API that is read here. */
export interface PodStatus {
  readonly metadata: { readonly deletionTimestamp?: string };
  readonly status: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

/** Whether a pod is Ready, and not being deleted. */
export const isReady = (pod: PodStatus | undefined): boolean =>
  pod !== undefined &&
  pod.metadata.deletionTimestamp === undefined &&
  pod.status.conditions?.find(({ type }) => type === "Ready")?.status === "True";
