import { referred, resourcesOf, type StackJson } from "../../lib/terraform/stack-json";

/** A node pool of the stack `platform`. */
export interface Pool {
  readonly name: string;
  readonly machineType: string;
  readonly zones: readonly string[];
  readonly vms: number;
  readonly bootDiskGiB: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
}
interface Taint {
  readonly key: string;
  readonly value: string;
}

/** A workload of the stack `baker`, and where Kubernetes may schedule its pods. */
export interface Workload {
  readonly name: string;
  readonly replicas: number;
  readonly containers: readonly string[];
  /** Names of the pools whose VMs its pods may run on. */
  readonly pools: readonly string[];
  /** Zones of these pools that have its disks. */
  readonly zones: readonly string[];
  /** Names of the workloads that never share a VM with it; its own name if no two of its pods share one. */
  readonly neverWith: readonly string[];
  /** The disks created for each of its pods, in GiB. */
  readonly ownDisksGiB: readonly number[];
}

interface PoolJson {
  readonly name: string;
  readonly node_count: number;
  readonly node_locations: readonly string[];
  readonly node_config: {
    readonly machine_type: string;
    readonly disk_size_gb: number;
    readonly labels?: Readonly<Record<string, string>>;
    readonly taint?: readonly Taint[];
  };
}

export function poolsOf(platform: StackJson): Pool[] {
  return Object.values(resourcesOf<PoolJson>(platform, "google_container_node_pool")).map(
    ({ name, node_count: perZone, node_locations: zones, node_config: vm }) => ({
      name,
      machineType: vm.machine_type,
      zones,
      vms: perZone * zones.length,
      bootDiskGiB: vm.disk_size_gb,
      labels: vm.labels ?? {},
      taints: vm.taint ?? [],
    }),
  );
}

interface WorkloadJson {
  readonly metadata: { readonly name: string };
  readonly spec: {
    /** Absent for a DaemonSet, which has a pod on every VM. */
    readonly replicas?: string;
    readonly template: { readonly metadata: { readonly labels: Labels }; readonly spec: PodJson };
    readonly volume_claim_template?: readonly ClaimTemplateJson[] | ClaimTemplateJson;
  };
}
type Labels = Readonly<Record<string, string>>;
interface ClaimTemplateJson {
  readonly spec: { readonly resources: { readonly requests: { readonly storage: string } } };
}
interface PodJson {
  readonly container: readonly { readonly name: string }[];
  readonly node_selector?: Labels;
  readonly toleration?: readonly { readonly key?: string; readonly value?: string; readonly operator?: string }[];
  readonly volume?: readonly { readonly persistent_volume_claim?: { readonly claim_name: string } }[];
  readonly affinity?: { readonly pod_anti_affinity?: Record<string, readonly AntiAffinityTerm[] | undefined> };
}
interface AntiAffinityTerm {
  readonly topology_key: string;
  readonly label_selector: readonly {
    readonly match_expressions: readonly { readonly key: string; readonly values: readonly string[] }[];
  }[];
}

export function workloadsOf(baker: StackJson, pools: readonly Pool[]): Workload[] {
  const all = ["kubernetes_stateful_set_v1", "kubernetes_deployment_v1", "kubernetes_daemon_set_v1"].flatMap((type) =>
    Object.values(resourcesOf<WorkloadJson>(baker, type)),
  );
  return all.map((workload) => {
    const pod = workload.spec.template.spec;
    const eligible = pools.filter((pool) => selects(pod, pool) && tolerates(pod, pool));
    const diskZones = zonesOfDisks(baker, pod);
    return {
      name: workload.metadata.name,
      replicas: Number(workload.spec.replicas ?? eligible.reduce((sum, { vms }) => sum + vms, 0)),
      containers: pod.container.map(({ name }) => name),
      pools: eligible.map(({ name }) => name),
      zones: [...new Set(eligible.flatMap(({ zones }) => zones))].filter((zone) => diskZones?.includes(zone) ?? true),
      neverWith: all
        .filter((other) => excludes(pod, other) && (other !== workload || Number(other.spec.replicas) > 1))
        .map(({ metadata }) => metadata.name),
      ownDisksGiB: [workload.spec.volume_claim_template ?? []]
        .flat()
        .map(({ spec }) => Number.parseInt(spec.resources.requests.storage)),
    };
  });
}

const includes = (labels: Labels, wanted: Labels) =>
  Object.entries(wanted).every(([key, value]) => labels[key] === value);

const selects = (pod: PodJson, pool: Pool) => includes(pool.labels, pod.node_selector ?? {});

const tolerates = (pod: PodJson, pool: Pool) =>
  pool.taints.every((taint) =>
    pod.toleration?.some(
      ({ key, value, operator }) => key === taint.key && (operator === "Exists" || value === taint.value),
    ),
  );

function excludes(pod: PodJson, other: WorkloadJson): boolean {
  const terms = pod.affinity?.pod_anti_affinity?.["required_during_scheduling_ignored_during_execution"] ?? [];
  return terms
    .filter(({ topology_key: topology }) => topology === "kubernetes.io/hostname")
    .flatMap(({ label_selector: selectors }) => selectors)
    .flatMap(({ match_expressions: expressions }) => expressions)
    .some(({ key, values }) => values.includes(other.spec.template.metadata.labels[key] ?? ""));
}

interface VolumeJson {
  readonly spec: readonly {
    readonly node_affinity?: {
      readonly required: {
        readonly node_selector_term: readonly {
          readonly match_expressions: readonly { readonly values: readonly string[] }[];
        }[];
      };
    };
  }[];
}

/** The zones that have all disks of a pod; undefined if its disks can be in any zone. */
function zonesOfDisks(baker: StackJson, pod: PodJson): readonly string[] | undefined {
  const claims = (pod.volume ?? []).flatMap(({ persistent_volume_claim: claim }) => claim?.claim_name ?? []);
  const volumes = claims.flatMap((name) => {
    const claim = referred<{ spec: { volume_name?: string } }>(baker, "kubernetes_persistent_volume_claim_v1", name);
    return referred<VolumeJson>(baker, "kubernetes_persistent_volume_v1", claim?.spec.volume_name ?? "") ?? [];
  });
  return volumes
    .flatMap(({ spec }) => spec.flatMap(({ node_affinity: affinity }) => affinity?.required.node_selector_term ?? []))
    .map(({ match_expressions: expressions }) => expressions.flatMap(({ values }) => values))
    .reduce<readonly string[] | undefined>(
      (all, zones) => all?.filter((zone) => zones.includes(zone)) ?? zones,
      undefined,
    );
}
