import { ServiceV1 } from "@cdktf/provider-kubernetes/lib/service-v1";
import { StatefulSetV1 } from "@cdktf/provider-kubernetes/lib/stateful-set-v1";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import type { DiskClass } from "./disks";
import type { SecurePod } from "./secure-pod";

export interface StatefulSetProps {
  readonly namespace: string;
  readonly name: string;
  /** Labels that select the pods. */
  readonly selector: Record<string, string>;
  readonly pod: SecurePod;
  /** @default 1 */
  readonly replicas?: number;
  /** What must be applied before its pods are created or replaced. @default - only what it refers to */
  readonly after?: readonly ITerraformDependable[];
  /** A new disk for each pod, which Kubernetes creates with the pod. @default - the pod brings its own volumes */
  readonly disk?: {
    /** Name of the volume in the pod. */
    readonly volumeName: string;
    readonly diskClass: DiskClass;
    readonly sizeGiB: number;
  };
}

/** A StatefulSet and its governing Service, in `scope` as `Resource` and `governing-service`. */
export function statefulSet(scope: Construct, props: StatefulSetProps): void {
  const { namespace, name, selector, pod, replicas = 1, after = [], disk } = props;
  // Every StatefulSet must name a headless Service; nothing connects to this one.
  // https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#limitations
  const governingService = new ServiceV1(scope, "governing-service", {
    metadata: { namespace, name },
    spec: { clusterIp: "None", selector },
  });
  new StatefulSetV1(scope, "Resource", {
    metadata: { namespace, name, labels: pod.metadata.labels },
    spec: {
      serviceName: governingService.metadata.name,
      // Kubernetes' own default. The provider would send 0, which leaves nothing for `kubectl rollout undo`.
      revisionHistoryLimit: 10,
      replicas: String(replicas),
      // With the default, OrderedReady, a pod that can't start would block its own fix, and all pods after it. With
      // Parallel, too, a new version of a pod only starts once the old one is known to have stopped.
      // https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#forced-rollback
      podManagementPolicy: "Parallel",
      updateStrategy: [{ type: "RollingUpdate", rollingUpdate: [{ partition: 0 }] }],
      selector: { matchLabels: selector },
      template: { metadata: pod.metadata, spec: pod.spec },
      volumeClaimTemplate: disk && [
        {
          metadata: { name: disk.volumeName },
          spec: {
            // At most one pod in the whole cluster; ReadWriteOnce would allow several on one VM.
            accessModes: ["ReadWriteOncePod"],
            storageClassName: disk.diskClass.name,
            resources: { requests: { storage: `${disk.sizeGiB}Gi` } },
          },
        },
      ],
    },
    // A node may take an hour to sync; that must not fail the apply.
    waitForRollout: false,
    dependsOn: [...after],
  });
}
