import type { StateResource } from "../../../../laboratory/verify/platform/applied-platform";
import { doubled, inventory, inventoryDifference } from "../../../../laboratory/verify/platform/inventory";
import { eachGoogle } from "../../../support/google";

const test_ = eachGoogle();
const policies = "/monitoring/v3/projects/p/alertPolicies";
const known = (...ids: string[]): StateResource[] =>
  ids.map((id) => ({ address: id, type: "google_monitoring_alert_policy", isTainted: false, attributes: { id } }));

test("an alert policy counts by its display name, so that one that is there twice is left over", async () => {
  const { google } = test_;
  const first = await google.post(policies, { displayName: "a signer is down" });
  const once = inventory(google.standIn);
  const second = await google.post(policies, { displayName: "a signer is down" });
  expect(inventoryDifference(once, inventory(google.standIn))).toEqual([
    "left over: monitoring/projects/p/alertPolicies/a signer is down",
  ]);
  expect(doubled(google.standIn, known(first["name"]))).toEqual([{ name: second["name"], title: "a signer is down" }]);
  expect(doubled(google.standIn, known(first["name"], second["name"]))).toEqual([]);
});

test("what is missing is told, and so is a binding that is not the same", async () => {
  const { google } = test_;
  await google.createNetwork();
  const project = "/cloudresourcemanager/v1/projects/p";
  const bind = (member: string) =>
    google.post(`${project}:setIamPolicy`, { policy: { bindings: [{ role: "roles/viewer", members: [member] }] } });
  await bind("user:a@example.com");
  const before = inventory(google.standIn);
  await google.delete("/compute/v1/projects/p/regions/r/subnetworks/s");
  await bind("user:b@example.com");
  expect(inventoryDifference(before, inventory(google.standIn))).toEqual([
    'left over: policies/cloudresourcemanager/v1/projects/p ["roles/viewer user:b@example.com"]',
    "missing: compute/projects/p/regions/r/subnetworks/s",
    'missing: policies/cloudresourcemanager/v1/projects/p ["roles/viewer user:a@example.com"]',
  ]);
});
