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

/** The provider has the same shapes for Deployments and StatefulSets under two names. */
export type Container = DeploymentV1SpecTemplateSpecContainer;
export type Volume = DeploymentV1SpecTemplateSpecVolume;
type Toleration = DeploymentV1SpecTemplateSpecToleration;
type TopologySpreadConstraint = DeploymentV1SpecTemplateSpecTopologySpreadConstraint;

/** What belongs together in a pod: containers with the volumes that they mount. Volumes of one name are one volume. */
export interface PodPart {
  readonly containers: Container[];
  /** They run before all containers, one after another. @default - none */
  readonly initContainers?: Container[];
  /** @default - none */
  readonly volumes?: Volume[];
  /** Checksums of the part's files: a change of one rolls the pod. @default - none */
  readonly annotations?: Record<string, string>;
}

export interface SecurePodProps {
  /** Labels of the pod; what selects it must be among them. */
  readonly labels: Record<string, string>;
  /** The node pool on whose VMs the pod may run. */
  readonly pool: PoolName;
  readonly parts: PodPart[];
  /** @default - the namespace's default account, which may do nothing */
  readonly serviceAccountName?: string;
  /** Roles of the pods with which it never shares a VM. Also keeps those pods off its own VM. */
  readonly apartFrom: Role[];
  /** @default - none */
  readonly topologySpread?: TopologySpreadConstraint[];
  /** Beside the one for the pool's taint. @default - none */
  readonly tolerations?: Toleration[];
  /** Seconds between the first TERM and KILL. @default 30 */
  readonly terminationGracePeriodSeconds?: number;
}

/** User and group of every container: Octez's images and the forwarder's image have them. */
export const podUser = 1000;

/**
 * A pod that passes Pod Security `restricted` and more: what every workload here starts from. Containers state what
 * they do; what they may not do is stated once, here.
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
      // Nothing here talks to the API server; a stolen token would.
      automountServiceAccountToken: false,
      serviceAccountName: props.serviceAccountName,
      // Environment variables of every Service of the namespace are of no use, and tell a thief where to go.
      enableServiceLinks: false,
      // Each as the API server's default: stated, so that somebody's edit shows up in the next plan.
      hostNetwork: false,
      hostPid: false,
      hostIpc: false,
      shareProcessNamespace: false,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: String(podUser),
        runAsGroup: String(podUser),
        fsGroup: String(podUser),
        // Otherwise every start changes the owner of each file of a disk of hundreds of GiB.
        fsGroupChangePolicy: "OnRootMismatch",
        // The system calls that containers need, not all that the kernel has.
        seccompProfile: { type: "RuntimeDefault" },
      },
      terminationGracePeriodSeconds: props.terminationGracePeriodSeconds ?? 30,
      nodeSelector: { [poolLabel]: props.pool },
      toleration: [...poolToleration(props.pool), ...(props.tolerations ?? [])],
      // Taints already keep most of these pods apart. This still does if somebody removes a taint.
      affinity: {
        podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: apartFrom(props.apartFrom) },
      },
      topologySpreadConstraint: props.topologySpread,
      initContainer: props.parts.flatMap((part) => part.initContainers ?? []).map(secureContainer),
      container: props.parts.flatMap((part) => part.containers).map(secureContainer),
      volume: distinct(props.parts.flatMap((part) => part.volumes ?? [])),
    };
  }
}

function secureContainer(container: Container): Container {
  return {
    // A tag here never moves (versions, content hashes): asking the registry at each start only adds a way to fail.
    imagePullPolicy: "IfNotPresent",
    ...container,
    securityContext: {
      // A setuid program can't raise what the container may do.
      allowPrivilegeEscalation: false,
      privileged: false,
      // Who breaks in can't replace programs; what must be written has a volume of its own.
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
