import { eachGoogle } from "../../support/google";

const global = "/compute/v1/projects/p/global";
const region = "/compute/v1/projects/p/regions/r";
const url = "https://www.googleapis.com/compute/v1/projects/p";

const test_ = eachGoogle();
const google = () => test_.google;

test("an insert is an operation that is done at once, and can be asked for and waited for", async () => {
  const operation = await google().post(`${global}/networks`, { name: "n" });
  expect(operation).toMatchObject({
    kind: "compute#operation",
    operationType: "insert",
    status: "DONE",
    progress: 100,
    targetLink: `${url}/global/networks/n`,
  });
  for (const answer of [
    await google().get(`${global}/operations/${operation["name"]}`),
    await google().post(`${global}/operations/${operation["name"]}/wait`),
  ]) {
    expect(answer).toMatchObject({ name: operation["name"], status: "DONE" });
  }
  expect(await google().get(`${global}/operations/operation-99`)).toMatchObject({ httpStatus: 404 });
});

test("what was sent comes back with what Google adds", async () => {
  await google().createNetwork();
  expect(await google().get(`${global}/networks/n`)).toMatchObject({
    kind: "compute#network",
    name: "n",
    autoCreateSubnetworks: false,
    networkFirewallPolicyEnforcementOrder: "AFTER_CLASSIC_FIREWALL",
    routingConfig: { bgpBestPathSelectionMode: "LEGACY" },
    selfLink: `${url}/global/networks/n`,
  });
  expect(await google().get(`${region}/subnetworks/s`)).toMatchObject({
    network: `${url}/global/networks/n`,
    region: `${url}/regions/r`,
    gatewayAddress: "10.0.0.1",
    privateIpGoogleAccess: false,
    stackType: "IPV4_ONLY",
    fingerprint: expect.any(String),
  });
});

test("a disk's type and zones come back as URLs, its size as text", async () => {
  const disk = {
    name: "d",
    sizeGb: 200,
    type: "projects/p/regions/r/diskTypes/pd-balanced",
    replicaZones: ["r-a", "r-b"],
  };
  await google().post(`${region}/disks`, disk);
  expect(await google().get(`${region}/disks/d`)).toMatchObject({
    sizeGb: "200",
    type: `${url}/regions/r/diskTypes/pd-balanced`,
    replicaZones: [`${url}/zones/r-a`, `${url}/zones/r-b`],
    status: "READY",
  });
  await google().post(`${region}/disks/d/resize`, { sizeGb: "300" });
  expect(await google().get(`${region}/disks/d`)).toMatchObject({ sizeGb: "300" });
});

test("conflicts, absent resources and absent references, in Google's words", async () => {
  await google().post(`${global}/networks`, { name: "n" });
  expect(await google().post(`${global}/networks`, { name: "n" })).toMatchObject({
    httpStatus: 409,
    error: {
      code: 409,
      message: "The resource 'projects/p/global/networks/n' already exists",
      errors: [{ reason: "alreadyExists" }],
    },
  });
  expect(await google().get(`${global}/networks/other`)).toMatchObject({
    httpStatus: 404,
    error: { message: "The resource 'projects/p/global/networks/other' was not found" },
  });
  const subnetwork = { name: "s", network: "projects/p/global/networks/other", ipCidrRange: "10.0.0.0/22" };
  expect(await google().post(`${region}/subnetworks`, subnetwork)).toMatchObject({ httpStatus: 404 });
});

test("labels are changed only by who has seen them", async () => {
  await google().post(`${region}/addresses`, { name: "a" });
  const { labelFingerprint, address, networkTier } = await google().get(`${region}/addresses/a`);
  expect([address, networkTier]).toEqual([expect.stringMatching(/^198\.19\./), "PREMIUM"]);
  await google().post(`${region}/addresses/a/setLabels`, { labels: { x: "1" }, labelFingerprint });
  expect(await google().get(`${region}/addresses/a`)).toMatchObject({ labels: { x: "1" } });
  expect(await google().post(`${region}/addresses/a/setLabels`, { labels: {}, labelFingerprint })).toMatchObject({
    httpStatus: 412,
    error: { errors: [{ reason: "conditionNotMet" }] },
  });
});

test("a PATCH replaces the fields that were sent; Cloud NAT is a part of its router", async () => {
  await google().createNetwork();
  await google().post(`${region}/routers`, { name: "r", network: "projects/p/global/networks/n", bgp: null });
  await google().patch(`${region}/routers/r`, { nats: [{ name: "nat", natIpAllocateOption: "MANUAL_ONLY" }] });
  expect(await google().get(`${region}/routers/r`)).toMatchObject({
    network: `${url}/global/networks/n`,
    nats: [{ name: "nat", natIpAllocateOption: "MANUAL_ONLY", type: "PUBLIC", endpointTypes: ["ENDPOINT_TYPE_VM"] }],
  });
  expect(await google().patch(`${region}/subnetworks/s`, { fingerprint: "old" })).toMatchObject({ httpStatus: 412 });
});

test("what another resource uses is not deleted", async () => {
  await google().createNetwork();
  expect(await google().delete(`${global}/networks/n`)).toMatchObject({
    httpStatus: 400,
    error: {
      message:
        "The network resource 'projects/p/global/networks/n' is already being used by 'projects/p/regions/r/subnetworks/s'",
      errors: [{ reason: "resourceInUseByAnotherResource" }],
    },
  });
  await google().delete(`${region}/subnetworks/s`);
  await google().delete(`${global}/networks/n`);
  expect(await google().get(`${global}/networks`)).toMatchObject({ items: [] });
});

test("a range that a cluster uses is neither changed nor shrunk", async () => {
  await google().createNetwork();
  await google().createCluster();
  const { fingerprint } = await google().get(`${region}/subnetworks/s`);
  const changed = { fingerprint, secondaryIpRanges: [{ rangeName: "pods", ipCidrRange: "10.2.0.0/22" }] };
  expect(await google().patch(`${region}/subnetworks/s`, changed)).toMatchObject({ httpStatus: 400 });
  const more = {
    fingerprint,
    secondaryIpRanges: [
      { rangeName: "pods", ipCidrRange: "10.1.0.0/22" },
      { rangeName: "more", ipCidrRange: "10.2.0.0/22" },
    ],
  };
  expect(await google().patch(`${region}/subnetworks/s`, more)).toMatchObject({ httpStatus: 200 });
  expect(
    await google().post(`${region}/subnetworks/s/expandIpCidrRange`, { ipCidrRange: "10.0.0.0/23" }),
  ).toMatchObject({ httpStatus: 400 });
  expect(
    await google().post(`${region}/subnetworks/s/expandIpCidrRange`, { ipCidrRange: "10.0.0.0/21" }),
  ).toMatchObject({ httpStatus: 200 });
});

test("a region shows its quotas with what is used of them", async () => {
  google().standIn.setFaults({ quotas: { STATIC_ADDRESSES: 8 } });
  await google().post(`${region}/addresses`, { name: "a" });
  expect(await google().get(region)).toMatchObject({
    name: "r",
    quotas: [{ metric: "STATIC_ADDRESSES", limit: 8, usage: 1 }],
  });
  expect(await google().get("/compute/v1/projects/p")).toMatchObject({ name: "p", quotas: [] });
});

test("a disk is in a region with two zones, or in one zone", async () => {
  const zone = "/compute/v1/projects/p/zones/r-a";
  await google().post(`${zone}/disks`, { name: "zonal", sizeGb: "50", type: "zones/r-a/diskTypes/pd-balanced" });
  await google().post(`${region}/disks`, { name: "regional", sizeGb: "50", replicaZones: ["zones/r-a", "zones/r-b"] });
  const zonal = await google().get(`${zone}/disks/zonal`);
  expect(zonal).toMatchObject({ zone: `${url}/zones/r-a`, type: `${url}/zones/r-a/diskTypes/pd-balanced` });
  expect(zonal["replicaZones"]).toBeUndefined();
  expect(await google().get(`${region}/disks/regional`)).toMatchObject({
    region: `${url}/regions/r`,
    replicaZones: [`${url}/zones/r-a`, `${url}/zones/r-b`],
  });
});
