import { ContainerCluster } from "@cdktf/provider-google/lib/container-cluster";
import { Construct } from "constructs";
import type { Configuration } from "../config/schema/configuration";
import { clusterLocation, isZonal } from "../config/facts/pools";
import { smallestBootDiskGiB } from "../config/schema/google";
import { maintenanceWindow } from "./maintenance";
import type { Network } from "./network";
import type { NodeServiceAccount } from "./node-service-account";
import { hardenedVm } from "./vm";

export interface ClusterProps {
  readonly configuration: Configuration;
  readonly network: Network;
  /** Service account of all VMs, including the default pool, which Terraform removes after the cluster is created. */
  readonly nodes: NodeServiceAccount;
}

/**
 * A private GKE cluster without node pools: regional, or zonal with size small. Settings that are missing here are off by default, or managed by
 * GKE. It follows https://cloud.google.com/kubernetes-engine/docs/how-to/hardening-your-cluster. Deliberately left out:
 *
 * - Encryption of Kubernetes Secrets with a key in Cloud KMS. Google encrypts etcd in any case, sensitive values are in
 *   Secret Manager instead of Kubernetes, and disabling the key would take down the cluster.
 * - Binary Authorization. Its policy applies to the project, so it would affect other clusters too. Instead, images are
 *   pinned by digest or by an immutable tag.
 * - Vulnerability scanning, which GKE shut down in July 2025.
 *   https://cloud.google.com/kubernetes-engine/docs/deprecations/vulnerability-scanning-gkee
 * - Node auto-provisioning and autoscaling. The number of VMs is fixed on purpose, and an idle VM is the spare.
 * - Cloud DNS and NodeLocal DNSCache. kube-dns runs on the `system` pool like the forwarders, so it adds no point of
 *   failure, and network policies can select its pods.
 */
export class Cluster extends Construct {
  /** Anything that needs the cluster, or its workload identity pool, must depend on this. */
  readonly resource: ContainerCluster;
  /** Host name of the control plane's DNS endpoint; a token. */
  readonly endpoint: string;

  constructor(scope: Construct, id: string, props: ClusterProps) {
    super(scope, id);
    const { configuration, network, nodes } = props;
    const { name, google } = configuration;
    this.resource = new ContainerCluster(this, "Resource", {
      name,
      description: `Tezos baker ${name}`,
      // In a region the control plane runs in three zones. It survives the loss of one, and stays up during upgrades. In
      // a zone pods keep running during an upgrade, but nothing can be changed and no pod is rescheduled.
      // https://cloud.google.com/kubernetes-engine/docs/concepts/regional-clusters
      location: clusterLocation(configuration),
      // One zone, so that the throw-away default pool is a single VM. Each pool states its own zones. A zonal cluster's
      // list would name only additional zones.
      nodeLocations: isZonal(configuration) ? undefined : google.zones.slice(0, 1),
      releaseChannel: { channel: google.releaseChannel },
      maintenancePolicy: { recurringWindow: maintenanceWindow(google.maintenance) },
      ...reachability,
      ...networking(network),
      ...access(google),
      ...addons,
      ...telemetry,
      ...defaultPool(google, nodes),
      // Three guards: with this one the provider refuses a deletion, with prevent_destroy Terraform refuses to plan one,
      // and lib/terraform/plan.ts refuses a plan with one.
      deletionProtection: true,
      lifecycle: {
        preventDestroy: true,
        ignoreChanges: [
          // Both describe the removed default pool, and are read back with different values.
          "initial_node_count",
          "node_config",
          // Every pool sets its own; a change here would replace the cluster.
          "default_max_pods_per_node",
          // Every pool sets its own; a change here would move all pools, and the next plan would move them back.
          "node_locations",
          // Not stated, but read back as true while the IP endpoints are disabled.
          "private_cluster_config[0].enable_private_endpoint",
          // Lists that Google returns in another order each time. A later change here has to be made with gcloud too.
          // https://github.com/hashicorp/terraform-provider-google/issues/27247
          "logging_config[0].enable_components",
          "monitoring_config[0].enable_components",
        ],
      },
      // A VM without its roles, or without access to the registries, doesn't become healthy.
      dependsOn: [...nodes.roles, network.nat],
    });
    this.endpoint = this.resource.controlPlaneEndpointsConfig.dnsEndpointConfig.endpoint;
  }
}

/**
 * From where the control plane and the VMs can be reached.
 * https://cloud.google.com/kubernetes-engine/docs/concepts/network-isolation
 */
const reachability = {
  controlPlaneEndpointsConfig: {
    // Reachable from anywhere, but Google's front end checks IAM first: no list of addresses, and no bastion host.
    dnsEndpointConfig: { allowExternalTraffic: true },
    // The control plane has no IP endpoint, neither public nor private.
    ipEndpointsConfig: { enabled: false },
  },
  // VMs only have internal addresses. Nothing else is stated here: without IP endpoints Google need not return a range of
  // the control plane, and the provider would replace a cluster whose range is missing.
  privateClusterConfig: { enablePrivateNodes: true },
};

const networking = (network: Network) => ({
  network: network.network.id,
  subnetwork: network.subnetwork.id,
  networkingMode: "VPC_NATIVE",
  ipAllocationPolicy: {
    clusterSecondaryRangeName: network.podsRange,
    servicesSecondaryRangeName: network.servicesRange,
  },
  // Dataplane V2 enforces network policies; the legacy data plane silently ignores them. It can't be changed later.
  // https://cloud.google.com/kubernetes-engine/docs/concepts/dataplane-v2
  datapathProvider: "ADVANCED_DATAPATH",
  // Makes traffic between pods on the same VM visible to flow logs and firewalls too.
  // https://cloud.google.com/kubernetes-engine/docs/how-to/intranode-visibility
  enableIntranodeVisibility: true,
  // Load balancers reach only the VMs that run the Service's pods. Stated because GKE enables it by itself from 1.36 on,
  // and the provider's default of false would then replace the cluster.
  // https://cloud.google.com/kubernetes-engine/docs/concepts/service-load-balancer#subsetting
  enableL4IlbSubsetting: true,
  // A Service with externalIPs can intercept traffic to these addresses from the whole cluster.
  // https://nvd.nist.gov/vuln/detail/CVE-2020-8554
  serviceExternalIpsConfig: { enabled: false },
});

/** Authentication and authorisation. */
const access = (google: Configuration["google"]) => ({
  // Pods get their own identities, without key files.
  // https://cloud.google.com/kubernetes-engine/docs/concepts/workload-identity
  workloadIdentityConfig: { workloadPool: `${google.project}.svc.id.goog` },
  // A client certificate can't be revoked.
  // https://cloud.google.com/kubernetes-engine/docs/how-to/api-server-authentication
  masterAuth: { clientCertificateConfig: { issueClientCertificate: false } },
  // ABAC grants permissions in addition to RBAC.
  enableLegacyAbac: false,
  // Anonymous requests may only reach the health checks.
  // https://cloud.google.com/kubernetes-engine/docs/how-to/hardening-your-cluster#restrict-anon-access
  anonymousAuthenticationConfig: { mode: "LIMITED" },
  // Rejects role bindings for anonymous users, or for anybody with a Google account.
  // https://cloud.google.com/kubernetes-engine/docs/best-practices/rbac#prevent-default-group-usage
  rbacBindingConfig: {
    enableInsecureBindingSystemAuthenticated: false,
    enableInsecureBindingSystemUnauthenticated: false,
  },
  // A VM must prove to the control plane that it belongs to the cluster.
  // https://cloud.google.com/kubernetes-engine/docs/how-to/shielded-gke-nodes
  enableShieldedNodes: true,
  // Audits the configuration of workloads, free of charge.
  // https://cloud.google.com/kubernetes-engine/docs/concepts/about-security-posture-dashboard
  securityPostureConfig: { mode: "BASIC" },
});

const addons = {
  // Mounts secrets from Secret Manager into the pods that can read them, without Kubernetes Secrets.
  // https://cloud.google.com/secret-manager/docs/secret-manager-managed-csi-component
  secretManagerConfig: { enabled: true },
  addonsConfig: {
    // Attaches the bakers' regional disks.
    gcePersistentDiskCsiDriverConfig: { enabled: true },
    // Pinned in case GKE enables it by default: resolv.conf would then point to an address that isn't a pod's.
    // https://cloud.google.com/kubernetes-engine/docs/how-to/nodelocal-dns-cache
    dnsCacheConfig: { enabled: false },
  },
  // Breaks down the bill by namespace. https://cloud.google.com/kubernetes-engine/docs/how-to/cost-allocations
  costManagementConfig: { enabled: true },
};

const telemetry = {
  // Includes the control plane's logs: after an incident they show why a pod ran where it did.
  loggingConfig: {
    enableComponents: ["SYSTEM_COMPONENTS", "WORKLOADS", "APISERVER", "SCHEDULER", "CONTROLLER_MANAGER"],
  },
  monitoringConfig: {
    enableComponents: [
      "SYSTEM_COMPONENTS",
      "APISERVER",
      "SCHEDULER",
      "CONTROLLER_MANAGER",
      "STORAGE",
      "POD",
      "DEPLOYMENT",
      "STATEFULSET",
      "DAEMONSET",
      "HPA",
      "CADVISOR",
      "KUBELET",
    ],
    // Stores metrics outside the cluster, so that they remain available when it is down.
    // https://cloud.google.com/stackdriver/docs/managed-prometheus
    managedPrometheus: { enabled: true },
  },
};

/** GKE can't create a cluster without a node pool. This one is removed at once, and hardened until then. */
const defaultPool = (google: Configuration["google"], nodes: NodeServiceAccount) => ({
  removeDefaultNodePool: true,
  initialNodeCount: 1,
  defaultMaxPodsPerNode: google.podsPerNode,
  // The smallest disk that a pool may have here, instead of Google's 100 GB: a new project may have 500 GB in a region.
  nodeConfig: { ...hardenedVm(nodes), diskSizeGb: smallestBootDiskGiB },
  // For node pools that somebody creates by hand later.
  nodePoolDefaults: { nodeConfigDefaults: { insecureKubeletReadonlyPortEnabled: "FALSE" } },
});
