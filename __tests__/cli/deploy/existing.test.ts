import { importable } from "../../../cli/deploy/existing";
import { exampleConfiguration } from "../../../laboratory/examples";

const context = { configuration: exampleConfiguration() };
const created = (address: string, after: object) => ({
  address,
  type: address.split(".")[0],
  change: { actions: ["create"], after },
});
const error = (address: string, detail: string) => ({ severity: "error" as const, summary: "Error", detail, address });

const plan = {
  resource_changes: [
    created("google_compute_network.n", { name: "hodl-farm" }),
    created("kubernetes_service_v1.s", { metadata: [{ name: "s", namespace: "hodl-farm" }] }),
    created("google_monitoring_alert_policy.p", { display_name: "p" }),
    {
      ...created("google_compute_address.a", { name: "a" }),
      change: { actions: ["delete", "create"], after: { name: "a" } },
    },
  ],
};

test.each([
  [
    "google_compute_network.n",
    "googleapi: Error 409: The resource 'x' already exists, alreadyExists",
    ["projects/hodl-farm-baking/global/networks/hodl-farm"],
  ],
  ["kubernetes_service_v1.s", 'services "s" already exists', ["hodl-farm/s"]],
  ["google_compute_network.n", "googleapi: Error 403: Forbidden", []],
  // Google gave it a name that nobody knows.
  ["google_monitoring_alert_policy.p", "already exists", []],
  // It is in the state already.
  ["google_compute_address.a", "already exists", []],
  ["google_compute_network.other", "already exists", []],
])("%s: %s", (address, detail, ids) => {
  expect(importable(context, plan, [error(address, detail)]).map(({ id }) => id)).toEqual(ids);
});
