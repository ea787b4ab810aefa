import type {
  DeploymentV1SpecTemplateSpec,
  DeploymentV1SpecTemplateSpecContainer,
  DeploymentV1SpecTemplateSpecToleration,
  DeploymentV1SpecTemplateSpecTopologySpreadConstraint,
  DeploymentV1SpecTemplateSpecVolume,
} from "@cdktf/provider-kubernetes/lib/deployment-v1";
import { isTainted, poolLabel } from "../config/facts/pools";
import type { PoolName } from "../config/schema/configuration";
import { apartFrom, type Role } from "./labels";

/** The provider declares these types twice, for Deployments and for StatefulSets. They are the same. */
export type Container = DeploymentV1SpecTemplateSpecContainer;
export type Volume = DeploymentV1SpecTemplateSpecVolume;
type Toleration = DeploymentV1SpecTemplateSpecToleration;
type TopologySpreadConstraint = DeploymentV1SpecTemplateSpecTopologySpreadConstraint;

/** Containers of a pod that belong together, with their volumes. Parts that have a volume of the same name share it. */
export interface PodPart {
  readonly containers: Container[];
  /** Run one after another, before all containers. @default - none */
  readonly initContainers?: Container[];
  /** @default - none */
  readonly volumes?: Volume[];
  /** Checksums of the part's files: when one changes, the pod is replaced. @default - none */
  readonly annotations?: Record<string, string>;
}

export interface SecurePodProps {
  /** Labels of the pod. They must include those that select it. */
  readonly labels: Record<string, string>;
  /** The node pool on whose VMs the pod may run. */
  readonly pool: PoolName;
  readonly parts: PodPart[];
  /** @default - the namespace's default account, which has no permissions */
  readonly serviceAccountName?: string;
  /** Roles of the pods with which it never shares a VM; empty if it may share one with any. */
  readonly apartFrom: Role[];
  /** @default - none */
  readonly topologySpread?: TopologySpreadConstraint[];
  /** In addition to the one for the pool's taint. @default - none */
  readonly tolerations?: Toleration[];
  /** Seconds from the start of the termination, hooks included, to SIGKILL. @default 30 */
  readonly terminationGracePeriodSeconds?: number;
}

/** User and group of every container. They exist in Octez's images and in the forwarder's. */
export const podUser = 1000;

/**
 * The basis of every workload: a pod that meets the Pod Security Standard `restricted`, and more. Containers declare
 * what they do; what they may not do is declared once, here.
 * https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
 */
export class SecurePod {
  readonly metadata: { readonly labels: Record<string, string>; readonly annotations: Record<string, string> };
  readonly spec: DeploymentV1SpecTemplateSpec;

  constructor(props: SecurePodProps) {
    this.metadata = {
      labels: props.labels,
      annotations: Object.assign({}, ...props.parts.map((part) => part.annotations)),
    };
    this.spec = {
      // Nothing here talks to the API server, but an attacker could, with a stolen token.
      // https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#opt-out-of-api-credential-automounting
      automountServiceAccountToken: false,
      serviceAccountName: props.serviceAccountName,
      // No variables with the addresses of all Services: nothing reads them, and they would be a map for an attacker.
      // https://kubernetes.io/docs/tutorials/services/connect-applications-service/#environment-variables
      enableServiceLinks: false,
      // The API server's defaults. They are set so that a manual edit shows up in the next plan.
      hostNetwork: false,
      hostPid: false,
      hostIpc: false,
      shareProcessNamespace: false,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: String(podUser),
        runAsGroup: String(podUser),
        fsGroup: String(podUser),
        // Otherwise every start changes the ownership of each file on a disk of hundreds of GiB.
        // https://kubernetes.io/docs/tasks/configure-pod-container/security-context/#configure-volume-permission-and-ownership-change-policy-for-pods
        fsGroupChangePolicy: "OnRootMismatch",
        // Only the system calls that containers need. https://kubernetes.io/docs/tutorials/security/seccomp/
        seccompProfile: { type: "RuntimeDefault" },
      },
      terminationGracePeriodSeconds: props.terminationGracePeriodSeconds ?? 30,
      nodeSelector: { [poolLabel]: props.pool },
      toleration: [...poolToleration(props.pool), ...(props.tolerations ?? [])],
      // Most of these pods are already kept apart by taints. This still holds if somebody removes a taint.
      affinity:
        props.apartFrom.length > 0
          ? { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: apartFrom(props.apartFrom) } }
          : undefined,
      topologySpreadConstraint: props.topologySpread,
      initContainer: props.parts.flatMap((part) => part.initContainers ?? []).map(secureContainer),
      container: props.parts.flatMap((part) => part.containers).map(secureContainer),
      volume: distinct(props.parts.flatMap((part) => part.volumes ?? [])),
    };
  }

  /** The images of all its containers, init containers included, without duplicates. */
  get images(): string[] {
    const { container, initContainer } = this.spec as { container: Container[]; initContainer: Container[] };
    return [...new Set([...initContainer, ...container].map(({ image }) => image!))];
  }
}

function secureContainer(container: Container): Container {
  return {
    // Tags are versions or content hashes and never move. Asking the registry at each start would only add a way to
    // fail.
    imagePullPolicy: "IfNotPresent",
    ...container,
    securityContext: {
      // A setuid program can't gain privileges.
      allowPrivilegeEscalation: false,
      privileged: false,
      // An attacker can't replace programs. Directories that must be writable are volumes.
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
      capabilities: { drop: ["ALL"] },
    },
  };
}

function poolToleration(pool: PoolName): Toleration[] {
  return isTainted(pool) ? [{ key: poolLabel, operator: "Equal", value: pool, effect: "NoSchedule" }] : [];
}

function distinct(volumes: Volume[]): Volume[] {
  return [...new Map(volumes.map((volume) => [volume.name, volume])).values()];
}
