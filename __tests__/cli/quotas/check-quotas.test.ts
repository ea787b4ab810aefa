import { exampleConfiguration } from "../../../laboratory/examples";
import { checkQuotas, quotaRequests } from "../../../cli/quotas/check-quotas";

const configuration = exampleConfiguration();

/** A stand-in for gcloud: answers as a new project's do, in the form that `--format=json` has. */
function gcloud(
  limits: Record<string, number>,
  { usage = {}, networks = [] as object[], clusters = [] as object[] } = {},
) {
  const calls: string[] = [];
  const quotas = Object.entries(limits).map(([metric, limit]) => ({
    limit,
    metric,
    usage: (usage as Record<string, number>)[metric] ?? 0,
  }));
  const answer = (parameters: readonly string[]) => {
    calls.push(parameters.join(" "));
    const listed = parameters.includes("networks") ? networks : parameters.includes("clusters") ? clusters : undefined;
    return Promise.resolve(JSON.stringify(listed ?? { kind: "compute#x", quotas }));
  };
  return { answer, calls };
}

const newProject = {
  CPUS: 24,
  CPUS_ALL_REGIONS: 12,
  INSTANCES: 24,
  SSD_TOTAL_GB: 500,
  IN_USE_ADDRESSES: 8,
  STATIC_ADDRESSES: 8,
  FORWARDING_RULES: 15,
  NETWORKS: 5,
  ROUTERS: 10,
};
const short = (quotas: Awaited<ReturnType<typeof checkQuotas>>) =>
  quotas.filter(({ isShort }) => isShort).map(({ metric }) => metric);

test("asks for the quotas of the region and the project, and whether the deployment exists", async () => {
  const { answer, calls } = gcloud(newProject);
  await checkQuotas(configuration, answer);
  expect(calls).toEqual([
    "compute regions describe us-central1 --project=hodl-farm-baking --format=json",
    "compute project-info describe --project=hodl-farm-baking --format=json",
    "compute networks list --filter=name=hodl-farm --project=hodl-farm-baking --format=json",
  ]);
});

test("finds what is too small in a new project, and says what to write", async () => {
  const quotas = await checkQuotas(configuration, gcloud(newProject).answer);
  expect(short(quotas)).toEqual(["CPUS_ALL_REGIONS", "SSD_TOTAL_GB"]);
  expect(quotaRequests(configuration, quotas)).toEqual([
    {
      what: "The quota CPUS_ALL_REGIONS (CPUs (all regions)) is too small: 24 are needed while GKE upgrades the pool baking, the limit is 12.",
      remedy:
        "Ask for 24: https://console.cloud.google.com/iam-admin/quotas?project=hodl-farm-baking&service=compute.googleapis.com\n" +
        'Filter by "CPUs (all regions)", and paste: "Please raise CPUS_ALL_REGIONS from 12 to 24: a Tezos baker on Google Kubernetes Engine needs 24 while GKE upgrades the pool baking."',
    },
    {
      what: "The quota SSD_TOTAL_GB (Persistent Disk SSD (GB)) in us-central1 is too small: 620 are needed while GKE upgrades the pool baking, the limit is 500.",
      remedy:
        "Ask for 620: https://console.cloud.google.com/iam-admin/quotas?project=hodl-farm-baking&service=compute.googleapis.com\n" +
        'Filter by "Persistent Disk SSD (GB)" and us-central1, and paste: "Please raise SSD_TOTAL_GB in us-central1 from 500 to 620: a Tezos baker on Google Kubernetes Engine needs 620 while GKE upgrades the pool baking."',
    },
  ]);
});

const enough = { ...newProject, CPUS_ALL_REGIONS: 32, SSD_TOTAL_GB: 700 };

test("counts what others in the project use", async () => {
  expect(short(await checkQuotas(configuration, gcloud(enough).answer))).toEqual([]);
  const crowded = gcloud(enough, { usage: { CPUS: 4, CPUS_ALL_REGIONS: 4 } });
  const quotas = await checkQuotas(configuration, crowded.answer);
  expect(short(quotas)).toEqual(["CPUS"]);
  expect(quotaRequests(configuration, quotas)[0]!.what).toContain("the limit is 24, of which others use 4.");
  expect(quotaRequests(configuration, quotas)[0]!.remedy).toContain("Ask for 28:");
});

test("does not count the deployment itself twice", async () => {
  const own = { CPUS: 16, CPUS_ALL_REGIONS: 16, SSD_TOTAL_GB: 560, IN_USE_ADDRESSES: 3, STATIC_ADDRESSES: 3 };
  const deployed = gcloud(enough, {
    usage: own,
    networks: [{ name: "hodl-farm" }],
    clusters: [{ name: "hodl-farm", currentNodeCount: 6 }],
  });
  expect(short(await checkQuotas(configuration, deployed.answer))).toEqual([]);
  expect(deployed.calls.at(-1)).toBe(
    "container clusters list --filter=name=hodl-farm AND location~^us-central1 --project=hodl-farm-baking --format=json",
  );
});

test("does not take VMs of others for its own, when a first deployment has only got as far as its network", async () => {
  const begun = gcloud(enough, { usage: { CPUS: 20 }, networks: [{ name: "hodl-farm" }] });
  expect(short(await checkQuotas(configuration, begun.answer))).toEqual(["CPUS"]);
});

test("says which quotas gcloud does not tell, and does not call them too small", async () => {
  const { ROUTERS: _, ...others } = enough;
  const quotas = await checkQuotas(configuration, gcloud(others).answer);
  const routers = quotas.find(({ metric }) => metric === "ROUTERS");
  expect(routers).toMatchObject({ isShort: false });
  expect(routers!.limit).toBeUndefined();
});
