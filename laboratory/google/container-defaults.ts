import { hexFor, inAnotherOrder, isObject, numberFor, type Fields, withDefaults, withoutZeros } from "./fields";
import { type Google, googleApis, now } from "./google";

/**
 * What GKE makes of what was sent: https://cloud.google.com/kubernetes-engine/docs/reference/rest/v1. Compared with
 * recorded answers: addonsConfig, networkConfig, privateClusterConfig, controlPlaneEndpointsConfig, maintenancePolicy,
 * loggingConfig, monitoringConfig, nodePoolDefaults, the pools' config, networkConfig, management and upgradeSettings.
 */
const version = "1.34.1-gke.3355003";

/** Fields whose type tells false from unset: they come back as false. */
const optional = new Set([
  "allowExternalTraffic",
  "cpuCfsQuota",
  "enableK8sTokensViaDns",
  "enableInsecureBindingSystemAuthenticated",
  "enableInsecureBindingSystemUnauthenticated",
  "gcpPublicCidrsAccessEnabled",
  "insecureKubeletReadonlyPortEnabled",
]);

/**
 * A cluster without its node pools, as it is returned from the moment at which it is created.
 * @param parent `projects/p/locations/l`
 */
export function completeCluster(google: Google, parent: string, sent: Fields): Fields {
  const { nodePools: _, nodeConfig: __, network, subnetwork, ...rest } = sent;
  const [, project, , location] = parent.split("/") as [string, string, string, string];
  const full = `${parent}/clusters/${rest["name"]}`;
  const hash = hexFor(full, 24);
  const dnsEndpoint = `gke-${hash}-${google.projectNumber(project)}.${location}.gke.goog`;
  const cluster = withDefaults(
    {
      addonsConfig: {
        gcePersistentDiskCsiDriverConfig: { enabled: true },
        kubernetesDashboard: { disabled: true },
        networkPolicyConfig: { disabled: true },
      },
      anonymousAuthenticationConfig: { mode: "ENABLED" },
      autopilot: {},
      autoscaling: { autoscalingProfile: "BALANCED" },
      binaryAuthorization: {},
      clusterIpv4Cidr: "10.112.0.0/14",
      controlPlaneEndpointsConfig: {
        dnsEndpointConfig: { allowExternalTraffic: false, enableK8sTokensViaDns: false, endpoint: dnsEndpoint },
        ipEndpointsConfig: { enabled: true },
      },
      currentMasterVersion: version,
      currentNodeVersion: version,
      databaseEncryption: { currentState: "CURRENT_STATE_DECRYPTED", state: "DECRYPTED" },
      defaultMaxPodsConstraint: { maxPodsPerNode: "110" },
      endpoint: dnsEndpoint,
      enterpriseConfig: { clusterTier: "STANDARD" },
      initialClusterVersion: version,
      ipAllocationPolicy: {
        clusterIpv4Cidr: "10.112.0.0/14",
        clusterIpv4CidrBlock: "10.112.0.0/14",
        podCidrOverprovisionConfig: {},
        servicesIpv4Cidr: "34.118.224.0/20",
        servicesIpv4CidrBlock: "34.118.224.0/20",
        stackType: "IPV4",
        useIpAliases: true,
      },
      legacyAbac: {},
      locations: isZone(location) ? [location] : ["a", "b", "c"].map((zone) => `${location}-${zone}`),
      loggingConfig: { componentConfig: { enableComponents: ["SYSTEM_COMPONENTS", "WORKLOADS"] } },
      loggingService: "logging.googleapis.com/kubernetes",
      maintenancePolicy: { resourceVersion: hexFor(hash, 8) },
      masterAuth: { clientCertificateConfig: {}, clusterCaCertificate: Buffer.from(hash).toString("base64") },
      masterAuthorizedNetworksConfig: {},
      monitoringConfig: {
        advancedDatapathObservabilityConfig: {},
        componentConfig: { enableComponents: ["SYSTEM_COMPONENTS"] },
        managedPrometheusConfig: { enabled: true },
      },
      monitoringService: "monitoring.googleapis.com/kubernetes",
      networkConfig: { network, subnetwork, serviceExternalIpsConfig: {} },
      nodePoolAutoConfig: { nodeKubeletConfig: { insecureKubeletReadonlyPortEnabled: false } },
      nodePoolDefaults: {
        nodeConfigDefaults: {
          loggingConfig: { variantConfig: { variant: "DEFAULT" } },
          nodeKubeletConfig: { insecureKubeletReadonlyPortEnabled: false },
        },
      },
      notificationConfig: { pubsub: {} },
      podAutoscaling: { hpaProfile: "PERFORMANCE" },
      privateClusterConfig: {},
      rbacBindingConfig: {
        enableInsecureBindingSystemAuthenticated: true,
        enableInsecureBindingSystemUnauthenticated: true,
      },
      releaseChannel: { channel: "REGULAR" },
      securityPostureConfig: { mode: "BASIC", vulnerabilityMode: "VULNERABILITY_MODE_UNSPECIFIED" },
      servicesIpv4Cidr: "34.118.224.0/20",
      shieldedNodes: { enabled: true },
      userManagedKeysConfig: {},
    },
    rest,
  );
  return {
    ...cluster,
    location,
    zone: location,
    network: String(network).replace(/.*\//, ""),
    subnetwork: String(subnetwork).replace(/.*\//, ""),
    id: `${hash}${hash}`.slice(0, 64),
    createTime: now(),
    labelFingerprint: hexFor(JSON.stringify(cluster["resourceLabels"] ?? {}), 8),
    selfLink: `${googleApis.replace("www", "container")}/v1/${full}`,
    status: "PROVISIONING",
  };
}

/** A cluster as it is returned, with its pools. */
export function shownCluster(google: Google, cluster: Fields, pools: readonly Fields[]): Fields {
  const shown = withoutZeros(structuredClone(cluster), optional);
  const ipEndpoints = cluster["controlPlaneEndpointsConfig"]["ipEndpointsConfig"];
  shown["controlPlaneEndpointsConfig"]["ipEndpointsConfig"] = ipEndpoints["enabled"]
    ? withDefaults(
        { enablePublicEndpoint: true, privateEndpoint: "198.18.0.2", publicEndpoint: "198.18.0.3" },
        ipEndpoints,
      )
    : { enabled: false };
  const { forgetControlPlaneRange, reorderComponents } = google.faults.faults;
  if (forgetControlPlaneRange && !ipEndpoints["enabled"]) delete shown["privateClusterConfig"]["masterIpv4CidrBlock"];
  if (reorderComponents) {
    for (const config of [shown["loggingConfig"], shown["monitoringConfig"]]) {
      config["componentConfig"]["enableComponents"] = inAnotherOrder(config["componentConfig"]["enableComponents"]);
    }
  }
  const [first] = pools;
  return {
    ...shown,
    etag: hexFor(JSON.stringify([cluster, pools]), 12),
    currentNodeCount: pools.reduce((sum, { size = 0, locations }) => sum + size * locations.length, 0),
    ...(first && { nodeConfig: first["config"] }),
    instanceGroupUrls: pools.flatMap(({ instanceGroupUrls }) => instanceGroupUrls),
    nodePools: pools.map(shownPool),
  };
}

/**
 * A node pool, as it is stored: `size` is the number of VMs in each zone, which GKE shows in the instance groups only.
 * @param cluster `projects/p/locations/l/clusters/c`
 */
export function completePool(cluster: string, owner: Fields, sent: Fields): Fields {
  const project = cluster.split("/")[1]!;
  const pool = withDefaults(
    {
      config: {
        diskSizeGb: 100,
        diskType: "pd-balanced",
        effectiveCgroupMode: "EFFECTIVE_CGROUP_MODE_V2",
        imageType: "COS_CONTAINERD",
        kubeletConfig: { insecureKubeletReadonlyPortEnabled: false, maxParallelImagePulls: 2 },
        machineType: "e2-medium",
        metadata: { "disable-legacy-endpoints": "true" },
        oauthScopes: ["https://www.googleapis.com/auth/devstorage.read_only"],
        resourceLabels: { "goog-gke-node-pool-provisioning-model": "on-demand" },
        serviceAccount: "default",
        shieldedInstanceConfig: { enableIntegrityMonitoring: true },
        windowsNodeConfig: {},
      },
      locations: owner["locations"],
      management: { autoRepair: true, autoUpgrade: true },
      maxPodsConstraint: owner["defaultMaxPodsConstraint"],
      networkConfig: {
        podIpv4CidrBlock: owner["clusterIpv4Cidr"],
        podIpv4RangeUtilization: 0.001,
        podRange: owner["ipAllocationPolicy"]["clusterSecondaryRangeName"] ?? `${sent["name"]}-pods-12345678`,
        subnetwork: owner["networkConfig"]["subnetwork"],
      },
      podIpv4CidrSize: 24,
      upgradeSettings: { strategy: "SURGE", maxSurge: 1 },
      version,
    },
    sent,
  );
  const { diskSizeGb, diskType } = pool["config"];
  pool["config"]["bootDisk"] = { diskType, sizeGb: String(diskSizeGb) };
  return {
    ...pool,
    size: sent["initialNodeCount"] ?? 0,
    status: "RUNNING",
    selfLink: `${googleApis.replace("www", "container")}/v1/${cluster}/nodePools/${sent["name"]}`,
    instanceGroupUrls: groupUrls(project, cluster, pool),
  };
}

/** URLs of the instance group in each zone of a pool. */
export function groupUrls(project: string, cluster: string, { name, locations }: Fields): string[] {
  const id = numberFor(`${cluster}/${name}`, 8);
  const group = `gke-${cluster.replace(/.*\//, "").slice(0, 20)}-${name}-${id}-grp`;
  return locations.map(
    (zone: string) => `${googleApis}/compute/v1/projects/${project}/zones/${zone}/instanceGroupManagers/${group}`,
  );
}

/** A node pool as it is returned. */
export function shownPool({ size: _, ...pool }: Fields): Fields {
  const shown = withoutZeros(structuredClone(pool), optional);
  // An empty list of taints and the like is not returned either.
  return Object.fromEntries(
    Object.entries(shown).filter(([, value]) => !isObject(value) || Object.keys(value).length > 0),
  );
}

const isZone = (location: string) => /-[a-z]$/.test(location);
