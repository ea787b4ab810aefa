import type { ConfigurationInput } from "../../../lib/config/schema/configuration";
import { exampleConfiguration, exampleFiles } from "../../../laboratory/examples";
import { changeEveryList } from "../../support/findings";
import { expectGolden } from "../../support/golden";
import { addresses, addressesAndNames, resources } from "../../support/stacks";
import { synthesise, type StackJson } from "../../../laboratory/synthesis";
import { container, environmentOf, named, policiesOf, workload, workloads } from "../../support/workloads";

type Change = (input: ConfigurationInput) => void;

const bakerStack = (change?: Change, file?: string): StackJson => synthesise(exampleConfiguration(change, file)).baker;
const everyOption = "config/every-option.yaml";
const examples = Object.fromEntries(exampleFiles.map((file) => [file, bakerStack(undefined, file)]));
const hodlFarm = examples["config/hodl-farm.yaml"];

/** A second baker, with only the fields that must differ. */
const withSecond: Change = ({ bakers }) => {
  bakers.push({
    name: "second",
    keys: { delegate: { publicKey: "edpkuQ1t4Y151rw239oRrKggqebaytB7SCAU9dwSjA8xYzpFN4xorX" } },
    signers: ["pi-1", "pi-2"],
    // Both signers require authentication from each of their bakers.
    authenticationPublicKey: "edpkv2W3wHR7e37REAdcZUVrAE4otM3vidkzTtcTRB67gwAdp6L3UG",
    signerPort: 8446,
    resources: { cpu: 0.5, memoryGiB: 1 },
  });
};

test("leaves alone what GKE writes on objects, and nothing else", () => {
  const [provider] = hodlFarm.provider.kubernetes;
  const ignored = (key: string) => provider.ignore_annotations.some((pattern: string) => new RegExp(pattern).test(key));
  expect(
    ["cloud.google.com/neg", "cloud.google.com/neg-status", "networking.gke.io/anything"].filter(ignored),
  ).toHaveLength(3);
  expect(
    ["iam.gke.io/gcp-service-account", "example.com/cloud.google.com/neg", "hodl.farm/checksum"].filter(ignored),
  ).toEqual([]);
  expect(provider.ignore_labels).toBeUndefined();
});

describe("resource addresses", () => {
  test.each([
    ["hodl-farm", "config/hodl-farm.yaml"],
    ["every-option", everyOption],
  ])("of %s", (name, file) => {
    expectGolden(`golden/baker.${name}.addresses.txt`, `${addresses(examples[file]).join("\n")}\n`);
  });

  test("stay the same when every list and every map of the configuration is reordered", () => {
    const seen: string[] = [];
    const reverse: Change = (input) =>
      changeEveryList(input, (list, field) => {
        seen.push(field);
        list.reverse();
      });
    expect(addressesAndNames(bakerStack(reverse, everyOption))).toEqual(addressesAndNames(examples[everyOption]));
    const lists = ["bakers", "signers", "uplinks", "zones", "days", "allowedNetworks", "addresses"];
    expect(seen).toEqual(expect.arrayContaining(lists));
  });

  test("stay the same when any list without resources of its own gets shorter", () => {
    const makeSomething = ["bakers", "signers", "zones", "addresses"];
    const shorten: Change = (input) =>
      changeEveryList(input, (list, field) => {
        if (list.length > 1 && !makeSomething.includes(field)) list.pop();
      });
    expect(addresses(bakerStack(shorten, everyOption))).toEqual(addresses(examples[everyOption]));
  });

  test("removing a forwarder only removes its own", () => {
    const without = addresses(
      bakerStack(({ forwarders }) => Object.assign(forwarders!, { count: 1, addresses: undefined })),
    );
    const gone = addresses(hodlFarm).filter((address) => !without.includes(address));
    expect(gone.length).toBeGreaterThan(5);
    expect(gone.filter((address) => !/forwarder[_-]2/.test(address))).toEqual([]);
    expect(addresses(hodlFarm)).toEqual(expect.arrayContaining(without));
  });

  test("adding or removing a baker only adds or removes its own", () => {
    const before = addresses(hodlFarm);
    const after = addresses(bakerStack(withSecond));
    expect(after).toEqual(expect.arrayContaining(before));
    const own = after.filter((address) => !before.includes(address));
    expect(own.length).toBeGreaterThan(5);
    expect(own.filter((address) => !address.includes("second"))).toEqual([]);
  });

  test("removing a signer only removes its own", () => {
    const without = addresses(
      bakerStack(({ bakers, signers }) => {
        bakers[0]!.signers = ["pi-2"];
        signers.shift();
      }),
    );
    const gone = addresses(hodlFarm).filter((address) => !without.includes(address));
    expect(gone).toEqual([
      expect.stringMatching(/^kubernetes_config_map_v1\.forwarder_1_sshd-pi-1_files_/),
      expect.stringMatching(/^kubernetes_config_map_v1\.forwarder_2_sshd-pi-1_files_/),
    ]);
    expect(addresses(hodlFarm)).toEqual(expect.arrayContaining(without));
  });
});

test("baking pods have anti-affinity with public and DAL nodes, and vice versa", () => {
  const antiAffinity = Object.fromEntries(
    workloads(examples[everyOption]).map(({ name, metadata, pod }) => [
      name,
      [
        metadata.labels["hodl.farm/role"],
        (pod.affinity?.pod_anti_affinity.required_during_scheduling_ignored_during_execution ?? []).flatMap(
          ({ label_selector }: StackJson) => label_selector[0].match_expressions[0].values,
        ),
      ],
    ]),
  );
  expect(antiAffinity).toEqual({
    "baker-bls": ["baking", ["public", "dal"]],
    "baker-ledger": ["baking", ["public", "dal"]],
    "dal-bls": ["dal", ["baking"]],
    "public-node": ["public", ["baking"]],
    "forwarder-1": ["forwarder", ["forwarder"]],
    "forwarder-2": ["forwarder", ["forwarder"]],
    "image-pre-pull": ["image-pre-pull", []],
    "image-pre-pull-check": ["image-pre-pull", []],
  });
});

test.each(exampleFiles)("only managed Prometheus may connect to a baking node of %s", (file) => {
  const baking = workloads(examples[file]).filter(({ metadata }) => metadata.labels["hodl.farm/role"] === "baking");
  expect(baking.length).toBeGreaterThan(0);
  for (const { metadata } of baking) {
    expect(policiesOf(examples[file], metadata.labels, "Ingress")).toEqual([
      `baker-${metadata.labels["app.kubernetes.io/instance"]}-from-managed-prometheus`,
    ]);
  }
  // The only Service that selects them is the headless one that a StatefulSet requires, without address and port.
  const services = Object.values<StackJson>(examples[file].resource.kubernetes_service_v1)
    .map(({ spec }) => spec)
    .filter(({ selector }) => selector["app.kubernetes.io/name"] === "baking-node");
  for (const { cluster_ip, port } of services) expect([cluster_ip, port]).toEqual(["None", undefined]);
});

describe("the signer path", () => {
  test("a baker's proxy connects to the forwarders' cluster IPs", () => {
    const forwarder = (number: number) =>
      expect.stringMatching(
        new RegExp(`^\\$\\{kubernetes_service_v1\\.forwarder_${number}_requests_\\w+\\.spec\\[0]\\.cluster_ip}$`),
      );
    expect(environmentOf(container(workload(hodlFarm, "baker-baker"), "proxy"))).toEqual({
      FORWARDER_1: forwarder(1),
      FORWARDER_2: forwarder(2),
    });
  });

  test("each baker reaches its own port of each forwarder, and no other baker's port", () => {
    for (const [baker, port] of [
      ["bls", "8445"],
      ["ledger", "8446"],
    ]) {
      for (const number of [1, 2]) {
        const { spec } = named(
          examples[everyOption],
          "kubernetes_network_policy_v1",
          `forwarder-${number}-from-baker-${baker}`,
        );
        expect(spec.ingress[0].ports.map((each: StackJson) => each.port)).toEqual([port, "8404"]);
      }
    }
  });

  test("forwarders have the reserved addresses", () => {
    const reserved = [1, 2].map((number) => named(hodlFarm, "kubernetes_service_v1", `forwarder-${number}-ssh`).spec);
    expect(new Set(reserved.map(({ load_balancer_ip }) => load_balancer_ip)).size).toBe(2);
    for (const { load_balancer_ip } of reserved) {
      expect(load_balancer_ip).toMatch(/^\$\{data\.terraform_remote_state\..*google_compute_addressforwarder-\d/);
    }
  });
});

describe("DAL", () => {
  const dalOf = (stack: StackJson) =>
    workloads(stack).filter(({ metadata }) => metadata.labels["hodl.farm/role"] === "dal");

  test("a baker with dal: true has its own DAL node and uses it", () => {
    const stack = examples[everyOption];
    expect(dalOf(stack).map(({ name }) => name)).toEqual(["dal-bls"]);
    const { DAL_NODE } = environmentOf(container(workload(stack, "baker-bls"), "octez-baker"));
    expect(DAL_NODE).toMatch(/^\$\{kubernetes_service_v1\.dal-bls_service_\w+\.spec\[0]\.cluster_ip}$/);
    expect(container(workload(stack, "baker-ledger"), "octez-baker").command).toContain("--without-dal");
  });

  test("without a baker with dal: true there is no DAL node, and public nodes don't serve their RPC", () => {
    expect(dalOf(hodlFarm)).toEqual([]);
    expect(() => named(hodlFarm, "kubernetes_service_v1", "public-node-rpc")).toThrow();
  });
});

test("a baker with an authentication key mounts it; one without mounts no secret", () => {
  const stack = examples[everyOption];
  const secrets = (name: string) =>
    workload(stack, name).pod.volume.flatMap(({ csi }: StackJson) => csi?.volume_attributes.secretProviderClass ?? []);
  expect(secrets("baker-ledger")).toEqual(["baker-ledger-authentication"]);
  expect(secrets("baker-bls")).toEqual([]);
  const { manifest } = named(stack, "kubernetes_manifest", "baker-ledger-authentication");
  expect(manifest.spec.parameters.secrets).toMatch(/google_secret_manager_secretauthentication-ledger/);
});

test("size small has neither public nodes nor a second forwarder", () => {
  expect(workloads(examples["config/shadownet.yaml"]).map(({ name }) => name)).toEqual([
    "baker-baker",
    "image-pre-pull",
    "forwarder-1",
    "image-pre-pull-check",
  ]);
});

describe("what it takes from the platform", () => {
  test("comes from the state of platform, without requests to Google", () => {
    for (const { data } of Object.values(examples)) expect(Object.keys(data)).toEqual(["terraform_remote_state"]);
  });

  test("the provider uses the control plane's DNS endpoint, and leaves no token in the state", () => {
    expect(hodlFarm.provider).toEqual({
      kubernetes: [
        {
          host: expect.stringMatching(/^https:\/\/\$\{data\.terraform_remote_state\..*dns_endpoint/),
          exec: [
            {
              api_version: "client.authentication.k8s.io/v1beta1",
              command: "gke-gcloud-auth-plugin",
              args: ["--use_application_default_credentials"],
            },
          ],
          ignore_annotations: expect.any(Array),
        },
      ],
    });
  });

  test("no Kubernetes Secret is created, so state and plan contain none", () => {
    for (const stack of Object.values(examples)) {
      expect(Object.keys(resources(stack)).filter((address) => address.startsWith("kubernetes_secret"))).toEqual([]);
    }
  });
});

test("outputs the image that must be pushed, which is the forwarders' one", () => {
  const image = hodlFarm.output.image.value;
  expect(image).toMatch(/^us-central1-docker\.pkg\.dev\/hodl-farm-baking\/hodl-farm\/signer-forwarder:[0-9a-f]{16}$/);
  expect(container(workload(hodlFarm, "forwarder-1"), "sshd-pi-1").image).toBe(image);
});
