import type { Context, PlanStep } from "../../../cli/deploy/context";
import { explain, isTemporary } from "../../../cli/deploy/explain";
import { exampleConfiguration } from "../../../laboratory/examples";

const context = { configuration: exampleConfiguration() } as Context;
const step = { title: "platform", terraform: { folder: "somewhere" }, remedy: "The remedy." } as unknown as PlanStep;
const error = (summary: string, detail?: string) => ({ severity: "error" as const, summary, detail });

test.each([
  [
    `Error waiting for creating GKE cluster: Insufficient regional quota to satisfy request: resource "CPUS": request requires '12.0' and is short '4.0'. project has a quota of '24.0' with '8.0' available. View and manage quotas at https://console.cloud.google.com/iam-admin/quotas?usage=USED&project=p.`,
    "The quota CPUS of this project in us-central1 is 24, of which 8 are free; this needs 12.\nAsk for more, filtered by CPUS: https://console.cloud.google.com/iam-admin/quotas?project=hodl-farm-baking",
  ],
  [
    "Error creating RegionDisk: googleapi: Error 403: Quota 'SSD_TOTAL_GB' exceeded.  Limit: 500.0 in region us-central1., quotaExceeded",
    "The quota SSD_TOTAL_GB of this project in us-central1 is 500, and that is not enough.",
  ],
  [
    "googleapi: Error 403: Billing must be enabled for activation of service(s) 'compute.googleapis.com' to proceed.",
    "The project has no billing.",
  ],
  ["googleapi: Error 403: Required 'compute.networks.create' permission for 'x', forbidden", "may not do this"],
  [
    "Attempted to load application default credentials since neither `credentials` nor `access_token` was set: google: could not find default credentials.",
    "gcloud auth application-default login",
  ],
  [
    "Error creating NodePool: [ZONE_RESOURCE_POOL_EXHAUSTED] Instance creation failed: The zone 'us-central1-a' does not have enough resources available to fulfil the request.",
    "no free VMs of this type in that zone",
  ],
  ["Something that nobody has seen", "Something that nobody has seen"],
])("%s", (text, says) => {
  expect(explain(error(text), context, step)).toContain(says);
});

test.each([
  "googleapi: Error 403: Compute Engine API has not been used in project 123 before or it is disabled. Enable it by visiting https://x then retry. If you enabled this API recently, wait a few minutes for the action to propagate to our systems and retry., accessNotConfigured",
  "googleapi: Error 400: Service account nodes@p.iam.gserviceaccount.com does not exist., badRequest",
  "googleapi: Error 400: Identity Pool does not exist (p.svc.id.goog). Please check that you specified a valid resource name",
  "googleapi: Error 409: There were concurrent policy changes. Please retry the whole read-modify-write",
  "googleapi: Error 400: Cluster is running incompatible operation operation-1.",
  "googleapi: Error 503: The service is currently unavailable.",
  'Internal error occurred: failed calling webhook "default.podmonitorings.gmp-operator.gke-gmp-system.monitoring.googleapis.com": failed to call webhook: Post "https://gmp-operator.gke-gmp-system.svc:443/default/monitoring.googleapis.com/v1/podmonitorings?timeout=10s": no endpoints available for service "gmp-operator"',
  'Post "https://container.googleapis.com/": dial tcp: lookup container.googleapis.com: no such host',
])("passes by itself: %s", (text) => expect(isTemporary(error("Error", text))).toBe(true));

test.each([
  "googleapi: Error 403: Required 'compute.networks.create' permission",
  "googleapi: Error 409: The resource 'projects/p/global/networks/n' already exists, alreadyExists",
  "googleapi: Error 403: Quota 'CPUS' exceeded.  Limit: 24.0 in region us-central1.",
  'failed calling webhook "validate.example.com": denied',
  "Instance cannot be destroyed",
])("does not pass by itself: %s", (text) => expect(isTemporary(error(text))).toBe(false));

test("the lock's holder, and the command that removes it", () => {
  const detail =
    'Error message: writing "gs://b/n/platform/default.tflock" failed: googleapi: Error 412\nLock Info:\n  ID:        1764321234567890\n  Path:      gs://b/n/platform/default.tflock\n  Operation: OperationTypeApply\n  Who:       me@laptop\n  Version:   1.11.4\n  Created:   2026-11-28 09:44:02.1 +0000 UTC\n  Info:      \n';
  expect(explain(error("Error acquiring the state lock", detail), context, step)).toBe(
    "The state is locked by me@laptop since 2026-11-28 09:44:02.1 +0000 UTC.\nIf that run is still going on, wait for it. If it was killed, and only then:\nterraform -chdir=somewhere force-unlock 1764321234567890",
  );
});

test("what is no longer in the configuration, and how it is taken out of the state on purpose", () => {
  const keeper = 'terraform_data.never-deleted["google_compute_region_disk.disk-b_1"]';
  const detail = `Resource ${keeper} has lifecycle.prevent_destroy set, but the plan calls for this resource to be destroyed.`;
  expect(explain(error("Instance cannot be destroyed", detail), context, step)).toContain(
    `terraform -chdir=somewhere state rm google_compute_region_disk.disk-b_1 '${keeper}'`,
  );
});

describe("commands can be pasted", () => {
  const before = process.env["TERRAFORM_BINARY_NAME"];
  beforeEach(() => (process.env["TERRAFORM_BINARY_NAME"] = "tofu"));
  afterEach(() => {
    if (before === undefined) delete process.env["TERRAFORM_BINARY_NAME"];
    else process.env["TERRAFORM_BINARY_NAME"] = before;
  });

  test("with another program, and a folder with a space", () => {
    const elsewhere = { ...step, terraform: { folder: "some where" } } as unknown as PlanStep;
    expect(explain(error("Error acquiring the state lock", "Lock Info:\n  ID: 7\n"), context, elsewhere)).toContain(
      "\ntofu '-chdir=some where' force-unlock 7",
    );
  });
});

test.each(["google_compute_disk", "google_compute_region_disk"])("a %s whose claim was enlarged", (type) => {
  const detail = `Resource ${type}.disk-b_1 has lifecycle.prevent_destroy set, but the plan calls for this resource to be destroyed.`;
  expect(explain(error("Instance cannot be destroyed", detail), context, step)).toContain(
    "set diskGiB to the disk's size",
  );
});
