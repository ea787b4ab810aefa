import { exampleConfiguration } from "../../../../laboratory/examples";
import { findingsOf, found } from "../../../support/findings";

const zones = "google.zones";

test.each([
  [
    "a project name for its id",
    { "google.project": "Hodl Farm" },
    "google.project",
    "must be a Google Cloud project id",
  ],
  [
    "a zone for a region",
    { "google.region": "us-central1-b" },
    "google.region",
    "must be a Google Cloud region, such as us-central1",
  ],
  [
    "a zone of another region",
    { [`${zones}[1]`]: "us-east1-b" },
    `${zones}[1]`,
    'must be a zone of us-central1, such as us-central1-b, is "us-east1-b"',
  ],
  [
    "a region whose name only begins alike",
    { "google.region": "us-central1", [`${zones}[1]`]: "us-central11-b" },
    `${zones}[1]`,
    "must be a zone of us-central1",
  ],
  ["one zone", { [zones]: ["us-central1-b"] }, zones, "must be two or more, but there is one"],
  ["no zone", { [zones]: [] }, zones, "must be two or more, but there is none"],
  [
    "one zone with size small",
    { size: "small", [zones]: ["us-central1-b"], "forwarders.addresses": undefined, "forwarders.count": 1 },
    zones,
    "must be two or more",
  ],
  ["one zone twice", { [`${zones}[1]`]: "us-central1-b" }, `${zones}[1]`, '"us-central1-b" stands in this list twice'],
  [
    "a pool in an unknown zone",
    { "google.pools.system.zones": ["us-central1-b", "us-central1-c"] },
    "google.pools.system.zones[1]",
    '"us-central1-c" is none of google.zones. Did you mean "us-central1-b"?',
  ],
  [
    "a pool that names a zone twice",
    { "google.pools.system.zones": ["us-central1-f", "us-central1-f"] },
    "google.pools.system.zones[1]",
    "Use vmsPerZone",
  ],
  [
    "baking in three zones",
    {
      [zones]: ["us-central1-a", "us-central1-b", "us-central1-f"],
      "google.pools.baking.zones": ["us-central1-f", "us-central1-b", "us-central1-a"],
    },
    "google.pools.baking.zones",
    "copies in two zones",
  ],
  ["no VM", { "google.pools.public.vmsPerZone": 0 }, "google.pools.public.vmsPerZone", "must be at least 1, is 0"],
  [
    "an unknown machine type's form",
    { "google.pools.public.machineType": "Big" },
    "google.pools.public.machineType",
    "must be a Compute Engine machine type",
  ],
  [
    "too short a maintenance window",
    { "google.maintenance": { days: ["SU"], hours: 6 } },
    "google.maintenance",
    "gives 1 × 6 h a week, 24 h in 32 days; GKE wants 48. Add days, or set hours to 12 or more.",
  ],
  [
    "a day that counts twice",
    { "google.maintenance": { days: ["SU", "SU"], hours: 24 } },
    "google.maintenance.days[1]",
    '"SU" stands in this list twice',
  ],
  [
    "a time of day that YAML 1.1 would take for a number",
    { "google.maintenance": { startUtc: 800 } },
    "google.maintenance.startUtc",
    'is 800; put it in quotes: "800"',
  ],
  ["a label key with capitals", { labels: { Owner: "me" } }, "labels.Owner", "must be a Google Cloud label key"],
  ["a label value with spaces", { labels: { owner: "my self" } }, "labels.owner", "must be a Google Cloud label value"],
  ["a label of Google's own", { labels: { "goog-x": "y" } }, "labels.goog-x", "which Google keeps for itself"],
  ["a bucket's URL", { "state.bucket": "gs://state" }, "state.bucket", "without gs://"],
])("refuses %s", (_title, changes, path, message) => {
  expect(findingsOf(changes).problems).toEqual([found(path, message)]);
});

test("takes the least that GKE wants: twelve hours once a week", () => {
  expect(findingsOf({ "google.maintenance": { days: ["SU"], hours: 12 } }).problems).toEqual([]);
});

test("spreads pools over all zones, and baking over the two of the disk", () => {
  const { pools } = exampleConfiguration((input) => {
    input.google.zones = ["us-central1-a", "us-central1-b", "us-central1-f"];
  }).google;
  expect(pools.system.zones).toEqual(["us-central1-a", "us-central1-b", "us-central1-f"]);
  expect(pools.public.zones).toEqual(pools.system.zones);
  expect(pools.baking.zones).toEqual(["us-central1-a", "us-central1-b"]);
});
