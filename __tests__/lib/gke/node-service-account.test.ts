import { exampleConfiguration } from "../../../laboratory/examples";
import { resources } from "../../support/stacks";
import { synthesise } from "../../../laboratory/synthesis";

const all = resources(synthesise(exampleConfiguration()).platform);

test("VMs can write logs and metrics, and nothing else in the project", () => {
  const roles = Object.entries(all)
    .filter(([address]) => address.startsWith("google_project_iam_"))
    .map(([address, body]) => [address.split(".")[0], body.role]);
  expect(roles.sort()).toEqual([
    ["google_project_iam_member", "roles/autoscaling.metricsWriter"],
    ["google_project_iam_member", "roles/logging.logWriter"],
    ["google_project_iam_member", "roles/monitoring.metricWriter"],
    ["google_project_iam_member", "roles/monitoring.viewer"],
    ["google_project_iam_member", "roles/stackdriver.resourceMetadata.writer"],
  ]);
});
