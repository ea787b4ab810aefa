import { readdirSync } from "node:fs";
import { join } from "node:path";
import { App, TerraformOutput, TerraformStack } from "cdktf";
import type { ConfigurationInput } from "../../../lib/config/schema/configuration";
import { PlatformStack } from "../../../lib/stacks/platform";
import { exampleConfiguration } from "../../../laboratory/examples";
import { changeEveryList } from "../../support/findings";
import { expectGolden } from "../../support/golden";
import { describeReal } from "../../support/real";
import { addresses, addressesAndNames, resources, synthesiseTo, temporaryOutdir } from "../../support/stacks";
import { synthesise, type StackJson } from "../../../laboratory/synthesis";
import { type PlannedChange, terraformProject, type TerraformProject } from "../../../laboratory/terraform/terraform";
import { packageRoot } from "../../../lib/package-root";

const authentication = "edpkuVXoMUi7rgsYat2KQQwLjGWjQo6jFxVR7wAED1dKWGbs4Vhrnn";
const platformOf = (change?: (input: ConfigurationInput) => void): StackJson =>
  synthesise(exampleConfiguration(change)).platform;

/** Two bakers with everything that a baker can have here, one of which authenticates to its signer. */
function twoBakers(input: ConfigurationInput): void {
  const first = input.bakers[0]!;
  const keys = { delegate: { publicKey: authentication } };
  Object.assign(first, { dal: true, authenticationPublicKey: authentication, signers: ["pi-1"] });
  const other = { name: "second", keys, signerPort: 8446, authenticationPublicKey: undefined, signers: ["pi-2"] };
  input.bakers.push({ ...first, ...other });
}

test("resource addresses of hodl-farm", () => {
  expectGolden("golden/platform.hodl-farm.addresses.txt", `${addresses(platformOf()).join("\n")}\n`);
});

describe("addresses stay the same", () => {
  test.each(["config/hodl-farm.yaml", "config/every-option.yaml"])(
    "when every list and every map of %s is reordered",
    (file) => {
      const stack = (reverse: (list: unknown[]) => void) =>
        synthesise(exampleConfiguration((input) => changeEveryList(input, reverse), file)).platform;
      const [there, back] = [stack(() => {}), stack((list) => list.reverse())];
      expect(addressesAndNames(back)).toEqual(addressesAndNames(there));
      // The reordering had an effect.
      expect(JSON.stringify(back)).not.toBe(JSON.stringify(there));
    },
  );

  test("for the other bakers when one is added", () => {
    expect(addresses(platformOf(twoBakers))).toEqual(expect.arrayContaining(addresses(platformOf())));
  });

  test("for the other forwarders when one is removed", () => {
    const one = addresses(
      platformOf((input) => (input.forwarders = { ...input.forwarders, count: 1, addresses: undefined })),
    );
    const gone = addresses(platformOf()).filter((address) => !one.includes(address));
    expect(gone).toEqual([expect.stringContaining("google_compute_address.forwarder-2-address_")]);
  });
});

test("cluster, disks, addresses and secrets are protected from destruction", () => {
  const all = Object.entries(resources(platformOf(twoBakers)));
  const guarded = /^google_(container_cluster|compute_region_disk|compute_address|secret_manager_secret)\./;
  const unguarded = all.filter(([address, { lifecycle }]) => guarded.test(address) && !lifecycle?.prevent_destroy);
  expect(unguarded.map(([address]) => address)).toEqual([]);
  expect(all.filter(([address]) => guarded.test(address))).toHaveLength(1 + 2 + 5 + 2);
});

test("labels reach Google unchanged", () => {
  const { provider } = platformOf((input) => (input.labels = { "cost-centre": "baking" }));
  expect(provider.google).toEqual([
    {
      project: "hodl-farm-baking",
      region: "us-central1",
      default_labels: { "managed-by": "terraform", "cost-centre": "baking" },
    },
  ]);
});

test("reads nothing from Google in a plan: no data source, and no other provider than Google's", () => {
  const stack = platformOf(twoBakers);
  expect(stack.data).toBeUndefined();
  expect(Object.keys(stack.provider)).toEqual(["google"]);
});

test("outputs what a person needs next", () => {
  const { output } = platformOf(twoBakers);
  // cdktf adds the outputs that the stack baker reads.
  const own = Object.keys(output).filter((name) => !name.startsWith("cross-stack-output-"));
  expect(own.sort()).toEqual([
    "authentication_secrets",
    "forwarder_addresses",
    "get_credentials",
    "host_key_secret",
    "image_repository",
  ]);
  expect(output.get_credentials.value).toBe(
    "gcloud container clusters get-credentials hodl-farm --location us-central1 --project hodl-farm-baking --dns-endpoint",
  );
  expect(output.image_repository.value).toBe("us-central1-docker.pkg.dev/hodl-farm-baking/hodl-farm");
  expect(output.forwarder_addresses.value).toHaveLength(2);
  expect(output.authentication_secrets.value).toEqual({
    baker: expect.stringContaining("google_secret_manager_secret."),
  });
});

test("offers other stacks what it provides for each baker", () => {
  const app = new App({ outdir: temporaryOutdir() });
  const platform = new PlatformStack(app, "platform", { configuration: exampleConfiguration(twoBakers) });
  expect(platform.bakers.map(({ baker }) => baker.name)).toEqual(["baker", "second"]);
  const [first, second] = platform.bakers;
  expect(first!.dalAddress).toBeDefined();
  expect(second!.authentication).toBeUndefined();

  const values = {
    forwarder: platform.forwarderAddresses[1],
    dal: second!.dalAddress,
    endpoint: platform.clusterEndpoint,
    disk: second!.volumeHandle,
    hostKey: platform.hostKeySecret,
    forwarderAccount: platform.forwarderServiceAccount,
    bakerAccount: first!.authentication!.serviceAccount,
    authentication: first!.authentication!.secret,
  };
  for (const [name, value] of Object.entries(values)) new TerraformOutput(platform, name, { value });
  const { output } = platform.toTerraform() as StackJson;
  // Without the hashes in the resources' names.
  const reference = (name: string) => output[name].value.replace(/_[0-9A-F]{8}/, "");
  expect(Object.fromEntries(Object.keys(values).map((name) => [name, reference(name)]))).toEqual({
    forwarder: "${google_compute_address.forwarder-2-address.address}",
    dal: "${google_compute_address.dal-address-second.address}",
    endpoint: "${google_container_cluster.cluster.control_plane_endpoints_config[0].dns_endpoint_config[0].endpoint}",
    disk: "${google_compute_region_disk.disk-second.id}",
    hostKey: "${google_secret_manager_secret.host-key-secret.id}",
    forwarderAccount: "${google_service_account.forwarder-account.email}",
    bakerAccount: "${google_service_account.baker-baker-account.email}",
    authentication: "${google_secret_manager_secret.authentication-baker-secret.id}",
  });
});

const everyResource = (input: ConfigurationInput) => {
  twoBakers(input);
  input.state = { bucket: "some-bucket" };
};
const examples = readdirSync(join(packageRoot, "config")).filter((file) => file.endsWith(".yaml"));
const cases: [title: string, change: ((input: ConfigurationInput) => void) | undefined, file: string][] = [
  ...examples.map((file): [string, undefined, string] => [`config/${file}`, undefined, `config/${file}`]),
  ["every kind of resource", everyResource, "config/hodl-farm.yaml"],
];

/** Plans without refreshing, so without requests to Google. */
async function planWithFakeToken(project: TerraformProject): Promise<readonly PlannedChange[]> {
  const variables = { GOOGLE_OAUTH_ACCESS_TOKEN: "fake" };
  return (await project.plan({ refresh: false, variables })).resource_changes ?? [];
}

describeReal("Terraform and Google's provider", { mirror: true }, () => {
  describe.each(cases)("%s", (_, change, file) => {
    let project: TerraformProject;
    beforeAll(async () => {
      const outdir = synthesiseTo(exampleConfiguration(change, file));
      project = terraformProject(join(outdir, "stacks", "platform"), temporaryOutdir());
      await project.init();
    });

    test("is valid", () => project.validate());

    test("plans to create everything and to read nothing, without a valid token", async () => {
      const planned = await planWithFakeToken(project);
      expect(planned.length).toBeGreaterThan(20);
      expect(
        planned.filter(({ mode, change: { actions } }) => mode !== "managed" || actions.join() !== "create"),
      ).toEqual([]);
    });
  });

  test("labels everything that takes labels", async () => {
    const change = (input: ConfigurationInput) => {
      everyResource(input);
      input.labels = { "cost-centre": "baking" };
    };
    const outdir = synthesiseTo(exampleConfiguration(change));
    const project = terraformProject(join(outdir, "stacks", "platform"), temporaryOutdir());
    await project.init();
    const planned = await planWithFakeToken(project);
    const labelled = planned.filter(({ change: { after } }) => after && "effective_labels" in after);
    expect(new Set(labelled.map(({ type }) => type))).toEqual(
      new Set([
        "google_artifact_registry_repository",
        "google_compute_address",
        "google_compute_region_disk",
        "google_container_cluster",
        "google_secret_manager_secret",
      ]),
    );
    for (const { change } of labelled) {
      expect(change.after!["effective_labels"]).toMatchObject({ "managed-by": "terraform", "cost-centre": "baking" });
    }
  });
});

describe("another stack that uses a value", () => {
  test("reads it from the state, and nothing else", () => {
    const app = new App({ outdir: temporaryOutdir() });
    const platform = new PlatformStack(app, "platform", { configuration: exampleConfiguration() });
    const reader = new TerraformStack(app, "reader");
    new TerraformOutput(reader, "address", { value: platform.forwarderAddresses[0] });
    app.synth();
    const stack = reader.toTerraform() as StackJson;
    expect(Object.keys(stack.data)).toEqual(["terraform_remote_state"]);
    expect(stack.output.address.value).toContain("data.terraform_remote_state.");
  });
});
