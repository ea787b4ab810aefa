/**
 * What the pods reserve that GKE itself runs, in cores and MiB. Google publishes no such list. These are the requests
 * that `kubectl describe node` shows on GKE 1.29 and 1.36 for the cluster's features (Dataplane V2, Workload Identity,
 * managed Prometheus, Cloud Logging, Secret Manager's add-on), rounded up; where they differ, the larger.
 */
type Requests = Readonly<Record<string, readonly [cpu: number, memoryMiB: number]>>;

const daemonSets: Requests = {
  /** Dataplane V2. */
  anetd: [0.11, 164],
  netd: [0.008, 65],
  "ip-masq-agent": [0.01, 16],
  /** Workload Identity. */
  "gke-metadata-server": [0.1, 100],
  "fluentbit-gke": [0.105, 230],
  "gke-metrics-agent": [0.021, 155],
  /** Managed Prometheus. */
  collector: [0.005, 35],
  "pdcsi-node": [0.01, 20],
  /** Secret Manager's add-on: https://cloud.google.com/secret-manager/docs/secret-manager-managed-csi-component */
  "csi-secrets-store-gke": [0.07, 140],
  "csi-secrets-store-provider-gke": [0.05, 100],
};

/** What tolerates no taint, and so runs in the pool system. Those that are scaled with the cluster, twice. */
const systemPods: Requests = {
  "kube-dns (1)": [0.265, 140],
  "kube-dns (2)": [0.265, 140],
  "kube-dns-autoscaler": [0.02, 10],
  "konnectivity-agent (1)": [0.015, 60],
  "konnectivity-agent (2)": [0.015, 60],
  "konnectivity-agent-autoscaler": [0.01, 10],
  "metrics-server (1)": [0.048, 105],
  "metrics-server (2)": [0.048, 105],
  "event-exporter-gke": [0.003, 100],
  "gmp-operator": [0.001, 16],
  "l7-default-backend": [0.01, 20],
  /** An assumption: it collects the metrics of pods and workloads that the cluster's monitoring asks for. */
  "kube-state-metrics": [0.11, 230],
};

const capacities = (pods: Requests) =>
  Object.values(pods).map(([cpu, memoryMiB]) => ({ cpu, memoryGiB: memoryMiB / 1024 }));

/** What GKE's DaemonSets reserve on each VM, in cores and GiB: about half a core and 1 GiB. */
export const gkeOnEveryVm = capacities(daemonSets).reduce((sum, each) => ({
  cpu: sum.cpu + each.cpu,
  memoryGiB: sum.memoryGiB + each.memoryGiB,
}));

/** How many pods GKE's DaemonSets run on each VM. */
export const gkePodsOnEveryVm = Object.keys(daemonSets).length;

/** What each pod reserves that GKE runs in the pool system. */
export const gkeSystemPods = capacities(systemPods);
