import { GoogleError } from "../../../laboratory/google/errors";
import { eachGoogle } from "../../support/google";

const clusters = "/container/v1/projects/p/locations/r/clusters";
const pools = `${clusters}/c/nodePools`;

const test_ = eachGoogle();
const google = () => test_.google;
beforeEach(() => google().createNetwork());

const createPool = (pool = {}) =>
  google().post(pools, { nodePool: { name: "baking", initialNodeCount: 2, locations: ["r-a", "r-b"], ...pool } });

describe("a cluster", () => {
  test("is created with the pool that nobody asked for, which can be deleted", async () => {
    expect(await google().createCluster()).toMatchObject({ operationType: "CREATE_CLUSTER", status: "DONE" });
    const cluster = await google().get(`${clusters}/c`);
    expect(cluster).toMatchObject({ status: "RUNNING", currentNodeCount: 2, nodePools: [{ name: "default-pool" }] });
    await google().delete(`${pools}/default-pool`);
    expect(await google().get(`${clusters}/c`)).toMatchObject({ currentNodeCount: 0, nodePools: [] });
  });

  test("comes back with GKE's defaults, without zeros where JSON leaves them out", async () => {
    const controlPlaneEndpointsConfig = { ipEndpointsConfig: { enabled: false } };
    await google().createCluster({ legacyAbac: { enabled: false }, controlPlaneEndpointsConfig });
    const cluster = await google().get(`${clusters}/c`);
    expect(cluster).toMatchObject({
      network: "n",
      subnetwork: "s",
      networkConfig: { network: "projects/p/global/networks/n", serviceExternalIpsConfig: {} },
      addonsConfig: { gcePersistentDiskCsiDriverConfig: { enabled: true }, kubernetesDashboard: { disabled: true } },
      controlPlaneEndpointsConfig: {
        dnsEndpointConfig: { endpoint: expect.stringMatching(/^gke-\w+-\d+\.r\.gke\.goog$/) },
        ipEndpointsConfig: { enabled: false },
      },
      securityPostureConfig: { mode: "BASIC" },
      locations: ["r-a", "r-b"],
    });
    expect(cluster["legacyAbac"]).toEqual({});
  });

  test("already exists, or is not found, in GKE's words", async () => {
    await google().createCluster();
    expect(await google().createCluster()).toMatchObject({
      httpStatus: 409,
      error: { message: "Already exists: projects/p/locations/r/clusters/c.", status: "ALREADY_EXISTS" },
    });
    expect(await google().get(`${clusters}/other`)).toMatchObject({ httpStatus: 404, error: { status: "NOT_FOUND" } });
  });

  test("takes updates, labels and a maintenance policy", async () => {
    await google().createCluster({ resourceLabels: { a: "1" } });
    const { labelFingerprint } = await google().get(`${clusters}/c`);
    await google().post(`${clusters}/c:setResourceLabels`, { resourceLabels: { b: "2" }, labelFingerprint });
    await google().put(`${clusters}/c`, { update: { desiredReleaseChannel: { channel: "STABLE" } } });
    await google().put(`${clusters}/c`, { update: { desiredIntraNodeVisibilityConfig: { enabled: true } } });
    await google().post(`${clusters}/c:setMaintenancePolicy`, { maintenancePolicy: { window: { x: "1" } } });
    expect(await google().get(`${clusters}/c`)).toMatchObject({
      resourceLabels: { b: "2" },
      releaseChannel: { channel: "STABLE" },
      networkConfig: { enableIntraNodeVisibility: true, network: "projects/p/global/networks/n" },
      maintenancePolicy: { window: { x: "1" }, resourceVersion: expect.any(String) },
    });
    expect(await google().post(`${clusters}/c:setResourceLabels`, { labelFingerprint })).toMatchObject({
      httpStatus: 412,
    });
  });

  test("that gets other locations moves all of its pools to them", async () => {
    await google().createCluster();
    await createPool();
    await google().put(`${clusters}/c`, { update: { desiredLocations: ["r-a", "r-c"] } });
    expect((await google().get(pools))["nodePools"].map(({ locations }: { locations: unknown }) => locations)).toEqual([
      ["r-a", "r-c"],
      ["r-a", "r-c"],
    ]);
  });

  test("takes everything in it away when it is deleted", async () => {
    await google().createCluster();
    await google().delete(`${clusters}/c`);
    expect(await google().get(`${clusters}/c`)).toMatchObject({ httpStatus: 404 });
    expect([...google().standIn.resources.keys()].filter((name) => name.startsWith("container/"))).toEqual([]);
  });
});

describe("a node pool", () => {
  beforeEach(() => google().createCluster());

  test("comes back with its VMs in the instance groups, and with Google's label", async () => {
    await createPool({ config: { machineType: "e2-standard-2", resourceLabels: { own: "1" } } });
    const pool = await google().get(`${pools}/baking`);
    expect(pool).toMatchObject({
      status: "RUNNING",
      config: {
        machineType: "e2-standard-2",
        bootDisk: { diskType: "pd-balanced", sizeGb: "100" },
        resourceLabels: { own: "1", "goog-gke-node-pool-provisioning-model": "on-demand" },
      },
      management: { autoRepair: true, autoUpgrade: true },
      networkConfig: { podRange: "pods" },
    });
    const [group] = pool["instanceGroupUrls"];
    const path = String(group).replace("https://www.googleapis.com", "");
    expect(await google().get(path)).toMatchObject({ targetSize: 2, selfLink: group });
    expect((await google().get(path.replace(/\/[^/]+$/, "")))["items"]).toHaveLength(2);
    await google().post(`${pools}/baking:setSize`, { nodeCount: 3 });
    expect(await google().get(path)).toMatchObject({ targetSize: 3 });
  });

  test("takes updates of its config and of its zones", async () => {
    await createPool();
    await google().put(`${pools}/baking`, { machineType: "e2-highmem-8", taints: { taints: [{ key: "k" }] } });
    await google().put(`${pools}/baking`, { locations: ["r-b"] });
    await google().post(`${pools}/baking:setManagement`, { management: { autoRepair: true } });
    expect(await google().get(`${pools}/baking`)).toMatchObject({
      config: { machineType: "e2-highmem-8", taints: [{ key: "k" }], imageType: "COS_CONTAINERD" },
      locations: ["r-b"],
      instanceGroupUrls: [expect.stringContaining("/zones/r-b/")],
      management: { autoRepair: true },
    });
  });
});

describe("faults", () => {
  test("an operation that fails at its end leaves a cluster in status ERROR behind", async () => {
    google().standIn.setFaults({ operations: [{ on: /^CREATE_CLUSTER/, message: "Quota 'CPUS' exceeded." }] });
    expect(await google().createCluster()).toMatchObject({ status: "DONE", statusMessage: "Quota 'CPUS' exceeded." });
    expect(await google().get(`${clusters}/c`)).toMatchObject({ status: "ERROR" });
    await google().delete(`${clusters}/c`);
    expect(await google().createCluster()).not.toHaveProperty("statusMessage");
  });

  test("a slow operation runs, the cluster takes nothing else meanwhile, and then it is done", async () => {
    google().standIn.setFaults({ slow: [{ on: /^CREATE_CLUSTER/, milliseconds: 60_000 }] });
    const { name, status } = await google().createCluster();
    expect(status).toBe("RUNNING");
    expect(await google().get(`${clusters}/c`)).toMatchObject({ status: "PROVISIONING" });
    expect(await createPool()).toMatchObject({ httpStatus: 400, error: { status: "FAILED_PRECONDITION" } });
    jest.useFakeTimers({ now: Date.now() + 61_000, doNotFake: ["nextTick", "setImmediate"] });
    expect(await google().get(`/container/v1/projects/p/locations/r/operations/${name}`)).toMatchObject({
      status: "DONE",
    });
    expect(await google().get(`${clusters}/c`)).toMatchObject({ status: "RUNNING" });
    expect(await createPool()).toMatchObject({ httpStatus: 200 });
    jest.useRealTimers();
  });

  test("a request is refused as often as it is said, with nothing done", async () => {
    await google().createCluster();
    const answer = new GoogleError(403, "PERMISSION_DENIED", "Not allowed.", "forbidden");
    google().standIn.setFaults({ requests: [{ on: /^DELETE .*default-pool/, answer }] });
    expect(await google().delete(`${pools}/default-pool`)).toMatchObject({ httpStatus: 403 });
    expect(await google().get(`${pools}/default-pool`)).toMatchObject({ httpStatus: 200 });
    expect(await google().delete(`${pools}/default-pool`)).toMatchObject({ httpStatus: 200 });
  });

  test("components come back in another order, and the control plane's range not at all", async () => {
    const enableComponents = ["SYSTEM_COMPONENTS", "APISERVER"];
    google().standIn.setFaults({ reorderComponents: true, forgetControlPlaneRange: true });
    await google().createCluster({
      monitoringConfig: { componentConfig: { enableComponents } },
      privateClusterConfig: { enablePrivateNodes: true, masterIpv4CidrBlock: "10.0.0.0/28" },
      controlPlaneEndpointsConfig: { ipEndpointsConfig: { enabled: false } },
    });
    const cluster = await google().get(`${clusters}/c`);
    expect(cluster["monitoringConfig"]["componentConfig"]["enableComponents"]).toEqual([...enableComponents].reverse());
    expect(cluster["privateClusterConfig"]).toEqual({ enablePrivateNodes: true });
  });
});

describe("quotas", () => {
  test("count the disks of VMs, also of the pool that nobody asked for", async () => {
    google().standIn.setFaults({ quotas: { SSD_TOTAL_GB: 150 } });
    expect(await google().createCluster()).toMatchObject({
      httpStatus: 403,
      error: {
        message: `Insufficient regional quota to satisfy request: resource "SSD_TOTAL_GB": request requires '200.0' and is short '50.0'. project has a quota of '150.0' with '150.0' available.`,
      },
    });
    expect(await google().get(`${clusters}/c`)).toMatchObject({ httpStatus: 404 });
  });

  test("count vCPUs, regional disks twice, and addresses", async () => {
    google().standIn.setFaults({ quotas: { CPUS: 11, SSD_TOTAL_GB: 500, STATIC_ADDRESSES: 1 } });
    await google().createCluster();
    expect(await createPool({ config: { machineType: "e2-highmem-4" } })).toMatchObject({ httpStatus: 403 });
    const disks = "/compute/v1/projects/p/regions/r/disks";
    const disk = { sizeGb: "150", replicaZones: ["r-a", "r-b"] };
    expect(await google().post(disks, { name: "d", ...disk })).toMatchObject({ httpStatus: 200 });
    expect(await google().post(disks, { name: "e", ...disk })).toMatchObject({
      httpStatus: 403,
      error: {
        message: "Quota 'SSD_TOTAL_GB' exceeded.  Limit: 500.0 in region r.",
        errors: [{ reason: "quotaExceeded" }],
      },
    });
    const addresses = "/compute/v1/projects/p/regions/r/addresses";
    expect(await google().post(addresses, { name: "a" })).toMatchObject({ httpStatus: 200 });
    expect(await google().post(addresses, { name: "b" })).toMatchObject({ httpStatus: 403 });
  });
});

test("an operation of Compute Engine that fails leaves nothing behind", async () => {
  const disks = "/compute/v1/projects/p/regions/r/disks";
  const fault = { on: /^insert .*disks/, code: "QUOTA_EXCEEDED", message: "Quota 'SSD_TOTAL_GB' exceeded." };
  google().standIn.setFaults({ operations: [fault] });
  expect(await google().post(disks, { name: "d" })).toMatchObject({
    status: "DONE",
    error: { errors: [{ code: "QUOTA_EXCEEDED", message: fault.message }] },
  });
  expect(await google().get(`${disks}/d`)).toMatchObject({ httpStatus: 404 });
  expect(await google().post(disks, { name: "d" })).not.toHaveProperty("error");
});
