import { ContainerCluster } from "@cdktf/provider-google/lib/container-cluster";
import { Construct } from "constructs";
import type { Configuration } from "../config/schema/configuration";
import { maintenanceWindow } from "./maintenance";
import type { Network } from "./network";
import type { NodeServiceAccount } from "./node-service-account";
import { hardenedVm } from "./vm";

export interface ClusterProps {
  readonly name: string;
  readonly google: Configuration["google"];
  readonly network: Network;
  /** The service account of all VMs, also of the pool that GKE makes and Terraform takes away again. */
  readonly nodes: NodeServiceAccount;
}

/**
 * A private regional GKE cluster without node pools. What isn't set here is off by default, or is GKE's business.
 *
 * Not here, on purpose:
 * - Encryption of Kubernetes' secrets by a key in Cloud KMS: Google encrypts etcd anyway, no secret of worth is kept in
 *   Kubernetes (they are in Secret Manager), and a key that somebody disables takes the whole cluster down.
 * - Binary Authorization: its policy holds for the project, so it would decide over other clusters too; images are
 *   pinned by digest or by a tag that can't move.
 * - Vulnerability scanning: GKE ended it in July 2025.
 * - Node auto-provisioning and autoscaling: how many VMs there are, the spare among them, is a decision, and a VM that
 *   is removed for being idle is the spare.
 * - Cloud DNS and NodeLocal DNSCache for cluster names: kube-dns runs on the `system` pool as the forwarders do, so it
 *   fails only with them, and network policies can name its pods.
 */
export class Cluster extends Construct {
  /** What must exist before anything that needs the cluster, or its workload identity pool. */
  readonly resource: ContainerCluster;
  /** Host name of the control plane's DNS endpoint; a token. */
  readonly endpoint: string;

  constructor(scope: Construct, id: string, props: ClusterProps) {
    super(scope, id);
    const { name, google, network, nodes } = props;
    this.resource = new ContainerCluster(this, "Resource", {
      name,
      description: `Tezos baker ${name}`,
      // Regional: the control plane stands in three zones and outlives one, and its own upgrades.
      location: google.region,
      nodeLocations: google.zones,
      releaseChannel: { channel: google.releaseChannel },
      maintenancePolicy: { recurringWindow: maintenanceWindow(google.maintenance) },
      ...reach(google),
      ...networking(network),
      ...access(google),
      ...addons,
      ...telemetry,
      ...defaultPool(google, nodes),
      // Two guards: Google's API is not even called (prevent_destroy), and the provider refuses (deletion_protection).
      deletionProtection: true,
      lifecycle: {
        preventDestroy: true,
        ignoreChanges: [
          // Both are of the pool that was taken away, and read back as something else.
          "initial_node_count",
          "node_config",
          // Each pool says its own; a change here would replace the cluster.
          "default_max_pods_per_node",
          // Means nothing while the IP endpoints are off, and is never sent then; so it could never be brought in line.
          "private_cluster_config[0].enable_private_endpoint",
        ],
      },
      // A VM without its roles, or without a way to the registries, doesn't come up healthy.
      dependsOn: [...nodes.roles, network.nat],
    });
    this.endpoint = this.resource.controlPlaneEndpointsConfig.dnsEndpointConfig.endpoint;
  }
}

/** Who can reach the control plane and the VMs. */
const reach = (google: Configuration["google"]) => ({
  controlPlaneEndpointsConfig: {
    // Reached from anywhere, but Google's front end asks IAM first: no address list to keep, no bastion.
    dnsEndpointConfig: { allowExternalTraffic: true },
    // No address answers, neither a public nor a private one.
    ipEndpointsConfig: { enabled: false },
  },
  privateClusterConfig: {
    // VMs have internal addresses only.
    enablePrivateNodes: true,
    // Should somebody switch the IP endpoints on, then not the public one.
    enablePrivateEndpoint: true,
    masterIpv4CidrBlock: google.ranges.controlPlane,
  },
});

const networking = (network: Network) => ({
  network: network.network.id,
  subnetwork: network.subnetwork.id,
  networkingMode: "VPC_NATIVE",
  ipAllocationPolicy: {
    clusterSecondaryRangeName: network.podsRange,
    servicesSecondaryRangeName: network.servicesRange,
  },
  // Dataplane V2 enforces network policies; the old one ignores them without a word. Can't be switched later.
  datapathProvider: "ADVANCED_DATAPATH",
  // Flow logs and firewalls also see what pods on one VM send each other.
  enableIntranodeVisibility: true,
  // A Service with an address of its choice in externalIPs takes over that address for the whole cluster (CVE-2020-8554).
  serviceExternalIpsConfig: { enabled: false },
});

/** Who may do what, once there. */
const access = (google: Configuration["google"]) => ({
  // Pods get identities of their own, without key files.
  workloadIdentityConfig: { workloadPool: `${google.project}.svc.id.goog` },
  // A certificate can't be revoked.
  masterAuth: { clientCertificateConfig: { issueClientCertificate: false } },
  // Attribute rules grant more than RBAC says.
  enableLegacyAbac: false,
  // Without a login: health checks, nothing else.
  anonymousAuthenticationConfig: { mode: "LIMITED" },
  // Roles for everybody, or for everybody with a Google account, can't be given, not even by mistake.
  rbacBindingConfig: {
    enableInsecureBindingSystemAuthenticated: false,
    enableInsecureBindingSystemUnauthenticated: false,
  },
  // A VM proves to the control plane that it is one of ours.
  enableShieldedNodes: true,
  // Looks over the workloads' settings and lists what is unsafe; free.
  securityPostureConfig: { mode: "BASIC" },
});

const addons = {
  // Mounts secrets from Secret Manager into the pods that may read them: they are never Kubernetes Secrets.
  secretManagerConfig: { enabled: true },
  addonsConfig: {
    // Attaches the bakers' regional disks.
    gcePersistentDiskCsiDriverConfig: { enabled: true },
    // GKE may come to switch it on by default; then resolv.conf points to an address that is no pod.
    dnsCacheConfig: { enabled: false },
  },
  // Shows in the bill what each namespace costs.
  costManagementConfig: { enabled: true },
};

const telemetry = {
  // With the control plane's: after an incident one wants to know why a pod was where it was.
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
    // Where metrics go is outside of this cluster: they are there when it is not.
    managedPrometheus: { enabled: true },
  },
};

/** GKE makes no cluster without a pool: this one is taken away at once, but until then it is as hardened as the others. */
const defaultPool = (google: Configuration["google"], nodes: NodeServiceAccount) => ({
  removeDefaultNodePool: true,
  initialNodeCount: 1,
  defaultMaxPodsPerNode: google.podsPerNode,
  nodeConfig: hardenedVm(nodes),
  // For pools that somebody makes by hand later.
  nodePoolDefaults: { nodeConfigDefaults: { insecureKubeletReadonlyPortEnabled: "FALSE" } },
});
