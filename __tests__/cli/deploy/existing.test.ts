import type { Context } from "../../../cli/deploy/context";
import { importable, importExisting } from "../../../cli/deploy/existing";
import { exampleConfiguration } from "../../../laboratory/examples";
import { Terraform } from "../../../lib/terraform/terraform";

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

test.each([
  ["google_compute_region_disk.d", { name: "hodl-farm-baker" }],
  ["google_compute_disk.d", { name: "hodl-farm-baker", zone: "us-central1-a" }],
  ["google_secret_manager_secret.s", { secret_id: "hodl-farm-host-key" }],
  ["google_container_cluster.c", { name: "hodl-farm", location: "us-central1" }],
])(
  "%s may be another deployment's: --yes imports nothing, and the command to import it is shown",
  async (address, after) => {
    const output = jest.spyOn(process.stdout, "write").mockReturnValue(true);
    const answers = { yes: true, signal: new AbortController().signal };
    const yes = { ...context, answers, again: "npm run deploy" } as Context;
    // A folder that does not exist: no Terraform starts there.
    const terraform = new Terraform({ folder: "/dev/null/platform" });
    const planned = { resource_changes: [...plan.resource_changes, created(address, after)] };
    const errors = [error("google_compute_network.n", "already exists"), error(address, "already exists")];
    await expect(importExisting(yes, terraform, planned, errors)).rejects.toMatchObject({
      message: "Not imported: only a person can say whether they are hodl-farm's, and --yes does not.",
      details: expect.stringMatching(
        new RegExp(`^If they are not, [^]*\\n  terraform -chdir=\\S+ import ${address} projects/\\S+$`),
      ) as string,
      code: 3,
    });
    output.mockRestore();
  },
);
