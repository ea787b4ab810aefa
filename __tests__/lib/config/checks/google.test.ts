import { exampleConfiguration } from "../../../../laboratory/examples";
import { findingsOf, found } from "../../../support/findings";

const zones = "google.zones";

test.each([
  [
    "a project's name instead of its id",
    { "google.project": "Hodl Farm" },
    "google.project",
    "must be a Google Cloud project id",
  ],
  [
    "a zone instead of a region",
    { "google.region": "us-central1-b" },
    "google.region",
    "must be a Google Cloud region, such as us-central1",
  ],
  [
    "a zone of a different region",
    { [`${zones}[1]`]: "us-east1-b" },
    `${zones}[1]`,
    'must be a zone of us-central1, is "us-east1-b". Use one of that region: us-central1-a, us-central1-b,',
  ],
  [
    "a zone of a region whose name begins the same",
    { "google.region": "us-central1", [`${zones}[1]`]: "us-central11-b" },
    `${zones}[1]`,
    "must be a zone of us-central1",
  ],
  ["one zone", { [zones]: ["us-central1-b"] }, zones, "must have at least 2 zones, has 1"],
  ["no zone", { [zones]: [] }, zones, "must have at least 2 zones, has 0"],
  [
    "two zones for baking with size small",
    {
      size: "small",
      "google.pools.baking.zones": ["us-central1-b", "us-central1-f"],
      "forwarders.addresses": undefined,
      "forwarders.count": 1,
    },
    "google.pools.baking.zones",
    "has 2 zones, but with size small the cluster and the bakers' disks are in one.",
  ],
  [
    "the same zone twice",
    { [`${zones}[1]`]: "us-central1-b" },
    `${zones}[1]`,
    '"us-central1-b" appears twice in this list',
  ],
  [
    "a pool in an unknown zone",
    { "google.pools.system.zones": ["us-central1-b", "us-central1-c"] },
    "google.pools.system.zones[1]",
    '"us-central1-c" is not one of google.zones: us-central1-b, us-central1-f. Use one of them, or add it there.',
  ],
  [
    "a pool with the same zone twice",
    { "google.pools.system.zones": ["us-central1-f", "us-central1-f"] },
    "google.pools.system.zones[1]",
    "for more VMs in a zone, raise vmsPerZone",
  ],
  [
    "baking in three zones",
    {
      [zones]: ["us-central1-a", "us-central1-b", "us-central1-f"],
      "google.pools.baking.zones": ["us-central1-f", "us-central1-b", "us-central1-a"],
    },
    "google.pools.baking.zones",
    "has 3 zones, but a baker's disk has replicas in only two",
  ],
  ["no VM", { "google.pools.public.vmsPerZone": 0 }, "google.pools.public.vmsPerZone", "must be at least 1, is 0"],
  [
    "a malformed machine type",
    { "google.pools.public.machineType": "Big" },
    "google.pools.public.machineType",
    "must be a Compute Engine machine type",
  ],
  [
    "a maintenance window that is too short",
    { "google.maintenance": { days: ["SU"], hours: 6 } },
    "google.maintenance",
    "allows 1 × 6 h a week, 24 h in 32 days, but GKE requires 48 h. Add days, or set hours to at least 12.",
  ],
  [
    "the same day twice",
    { "google.maintenance": { days: ["SU", "SU"], hours: 24 } },
    "google.maintenance.days[1]",
    '"SU" appears twice in this list',
  ],
  [
    "a time of day without quotes",
    { "google.maintenance": { startUtc: 800 } },
    "google.maintenance.startUtc",
    'must be a time of day such as "08:00"; is "800"',
  ],
  ["a label key with capitals", { labels: { Owner: "me" } }, "labels.Owner", 'is "Owner". Did you mean "owner"?'],
  [
    "a label value with spaces",
    { labels: { owner: "my self" } },
    "labels.owner",
    'is "my self". Did you mean "my-self"?',
  ],
  [
    "a label key that is reserved for Google",
    { labels: { "goog-x": "y" } },
    "labels.goog-x",
    "which is reserved for Google",
  ],
  ["a bucket's URL", { "state.bucket": "gs://state" }, "state.bucket", "without gs://"],
])("refuses %s", (_title, changes, path, message) => {
  expect(findingsOf(changes).problems).toEqual([found(path, message)]);
});

test("an invalid size is the only problem: nothing is asked for that only one size needs", () => {
  const changes = { size: "tiny", [zones]: ["us-central1-b"] };
  expect(findingsOf(changes, "config/shadownet.yaml").problems).toEqual([found("size", "must be full or small")]);
});

test("warns of zones that size small does not use", () => {
  const about = (changes: Record<string, unknown>) =>
    findingsOf(changes, "config/shadownet.yaml").warnings.filter(({ path }) => path === zones);
  const two = { [zones]: ["us-central1-a", "us-central1-b"] };
  expect(about(two)).toEqual([found(zones, "has 2 zones, but with size small everything is in the first.")]);
  expect(about({ ...two, "google.pools": { system: { zones: ["us-central1-b"] } } })).toEqual([]);
  expect(about({})).toEqual([]);
});

test("accepts the least that GKE requires: twelve hours once a week", () => {
  expect(findingsOf({ "google.maintenance": { days: ["SU"], hours: 12 } }).problems).toEqual([]);
});

test("spreads pools over all zones, and baking over the two zones of the disk", () => {
  const { pools } = exampleConfiguration((input) => {
    input.google.zones = ["us-central1-a", "us-central1-b", "us-central1-f"];
  }).google;
  expect(pools.system.zones).toEqual(["us-central1-a", "us-central1-b", "us-central1-f"]);
  expect(pools.public.zones).toEqual(pools.system.zones);
  expect(pools.baking.zones).toEqual(["us-central1-a", "us-central1-b"]);
});

describe("regions and zones", () => {
  const place = (region: string, ...zones: string[]) => findingsOf({ "google.region": region, "google.zones": zones });

  test("warns about zones that the region does not have, with those that it has", () => {
    const { problems, warnings } = place("us-east1", "us-east1-a", "us-east1-b");
    expect(problems).toEqual([]);
    expect(warnings).toContainEqual(
      found(
        "google.zones[0]",
        '"us-east1-a" is not a zone that is known here (as of October 2026). us-east1 has us-east1-b, us-east1-c, us-east1-d.',
      ),
    );
  });

  test("blames the region, not the zones, if the region is mistyped", () => {
    expect(place("europe-wset1", "europe-west1-b", "europe-west1-c").problems).toEqual([
      found(
        "google.region",
        'is "europe-wset1", but google.zones are zones of europe-west1. Did you mean "europe-west1"?',
      ),
    ]);
  });

  test("warns about a region that is not known, with the most similar one", () => {
    const { problems, warnings } = place("europe-west7", "europe-west7-a", "europe-west7-b");
    expect(problems).toEqual([]);
    expect(warnings).toContainEqual(found("google.region", '"europe-west7" is not a region that is known here'));
    expect(warnings).toContainEqual(found("google.region", 'Did you mean "europe-west'));
  });

  test("reports zones of another region once", () => {
    expect(place("us-central1", "us-east1-b", "us-east1-c").problems).toEqual([
      found("google.zones", "are zones of us-east1, but google.region is us-central1. Correct one of them."),
    ]);
  });

  test.each([
    [["us-east1-c"], "[us-east1-c, us-east1-b]"],
    [[], "[us-east1-b, us-east1-c]"],
  ])("suggests zones that exist, for %j", (zones, list) => {
    expect(place("us-east1", ...zones).problems).toContainEqual(
      found("google.zones", `Set it to ${list}, for example.`),
    );
  });
});

test("size small needs only one zone", () => {
  const changes = {
    size: "small",
    [zones]: ["us-central1-b"],
    "forwarders.addresses": undefined,
    "forwarders.count": 1,
  };
  expect(findingsOf(changes).problems).toEqual([]);
  expect(findingsOf({ ...changes, [zones]: [] }).problems).toContainEqual(found(zones, "must have a zone, has none"));
});
