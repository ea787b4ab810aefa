import { createHash } from "node:crypto";
import type { ConfigurationInput } from "../../../lib/config/schema/configuration";
import { exampleConfiguration, exampleFiles } from "../../../laboratory/examples";
import { changeEveryList } from "../../support/findings";
import { expectGolden } from "../../support/golden";
import { addresses, addressesAndNames, resources, synthesise, type StackJson } from "../../support/stacks";
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

describe.each(exampleFiles)("every pod of %s", (file) => {
  const stack = examples[file];
  const all = workloads(stack);
  const eachContainer = all.flatMap(({ name, containers }) =>
    containers.map((each): [string, StackJson] => [`${name}/${each.name}`, each]),
  );
  const eachPod = all.map((each): [string, (typeof all)[number]] => [each.name, each]);

  test("is covered by these tests: no other resources run pods", () => {
    const running = /pod_v1|pod$|daemon|job|replica|_set|deployment/;
    expect(Object.keys(stack.resource).filter((type) => running.test(type))).toHaveLength(2);
    expect(new Set(all.map(({ type }) => type)).size).toBe(2);
  });

  test("has no token, no access to its VM and no privileges", () => {
    for (const [name, { pod }] of eachPod) {
      expect([name, pod]).toEqual([
        name,
        expect.objectContaining({
          automount_service_account_token: false,
          enable_service_links: false,
          host_network: false,
          host_pid: false,
          host_ipc: false,
          security_context: expect.objectContaining({
            run_as_non_root: true,
            run_as_user: "1000",
            seccomp_profile: { type: "RuntimeDefault" },
          }),
        }),
      ]);
    }
  });

  test("is hardened in each container", () => {
    for (const [name, { security_context }] of eachContainer) {
      expect([name, security_context]).toEqual([
        name,
        {
          allow_privilege_escalation: false,
          privileged: false,
          read_only_root_filesystem: true,
          run_as_non_root: true,
          capabilities: { drop: ["ALL"] },
        },
      ]);
    }
  });

  test("has images with fixed versions", () => {
    for (const [name, { image }] of eachContainer) {
      expect([name, image]).toEqual([
        name,
        expect.stringMatching(/^[a-z0-9][a-z0-9./-]*:(octez-v\d+\.\d+|\d+\.\d+\.\d+-alpine|[0-9a-f]{16})$/),
      ]);
    }
  });

  test("has requests and a memory limit for each container, and no CPU limit", () => {
    const quantity = { cpu: expect.stringMatching(/^\d+m$/), memory: expect.stringMatching(/^\d+Mi$/) };
    for (const [name, { resources }] of eachContainer) {
      expect([name, resources]).toEqual([name, { requests: quantity, limits: { memory: quantity.memory } }]);
    }
  });

  test("has probes that only depend on the container itself", () => {
    const asked = eachContainer.flatMap(([, each]) =>
      ["startup_probe", "liveness_probe", "readiness_probe"].flatMap((kind) => {
        const { exec, http_get } = each[kind] ?? {};
        if (!each[kind]) return [];
        expect(http_get?.host).toBeUndefined();
        return [exec ? exec.command.join(" ") : `${http_get.port}${http_get.path}`];
      }),
    );
    // None depends on a signer: the RPC of the node or the DAL node, and whether HAProxy itself is running.
    const known = ["/scripts/node-alive.sh", "/scripts/node-ready.sh", "10732/health", "8404/ready"];
    expect(asked.filter((what) => !known.includes(what))).toEqual([]);
    expect(asked.length).toBeGreaterThan(4);
  });

  test("has a grace period longer than the waits of its hooks", () => {
    for (const [name, { pod, containers }] of eachPod) {
      const waits = containers.flatMap(({ lifecycle }) => {
        const command: string = lifecycle?.pre_stop[0].exec.command.join(" ") ?? "";
        return [...command.matchAll(/(?:sleep |_SECONDS=)(\d+)/g)].map(([, seconds]) => Number(seconds));
      });
      expect([name, pod.termination_grace_period_seconds > Math.max(0, ...waits)]).toEqual([name, true]);
    }
  });

  test("mounts every volume, and has every volume that it mounts", () => {
    for (const [name, { pod, containers, body }] of eachPod) {
      const claims: StackJson[] = body.spec.volume_claim_template ?? [];
      const volumes = [
        ...pod.volume.map((each: StackJson) => each.name),
        ...claims.map(({ metadata }) => metadata.name),
      ];
      const mounted = containers.flatMap(({ volume_mount }) => volume_mount.map((each: StackJson) => each.name));
      expect([name, [...new Set(mounted)].sort()]).toEqual([name, volumes.sort()]);
    }
  });

  test("is replaced when a file that it mounts changes", () => {
    for (const [name, { pod, metadata }] of eachPod) {
      const checksums = pod.volume.flatMap(({ config_map }: StackJson) =>
        config_map ? [checksumOf(stack, config_map.name)] : [],
      );
      expect([name, Object.values(metadata.annotations ?? {}).sort()]).toEqual([name, checksums.sort()]);
    }
  });

  test("runs on an existing pool, and only tolerates that pool's taint", () => {
    for (const [, { pod }] of eachPod) {
      const pool = pod.node_selector["hodl.farm/pool"];
      expect(["system", "public", "baking"]).toContain(pool);
      const pools = pod.toleration.filter(({ key }: StackJson) => key === "hodl.farm/pool");
      expect(pools.map(({ value }: StackJson) => value)).toEqual(pool === "system" ? [] : [pool]);
    }
  });
});

/** The checksum of TextFiles for a ConfigMap, recomputed from the stack. */
function checksumOf(stack: StackJson, reference: string): string {
  const name = /^\$\{kubernetes_config_map_v1\.([\w-]+)\.metadata\[0]\.name}$/.exec(reference)?.[1];
  const { data } = stack.resource.kubernetes_config_map_v1[name!];
  const texts = Object.entries<string>(data).map(([file, text]) => [file, text.replace(/([$%])\1\{/g, "$1{")]);
  return createHash("sha256").update(JSON.stringify(texts.sort())).digest("hex");
}

test("baking pods have anti-affinity with public and DAL nodes, and vice versa", () => {
  const antiAffinity = Object.fromEntries(
    workloads(examples[everyOption]).map(({ name, metadata, pod }) => [
      name,
      [
        metadata.labels["hodl.farm/role"],
        pod.affinity.pod_anti_affinity.required_during_scheduling_ignored_during_execution.flatMap(
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
  expect(workloads(examples["config/shadownet.yaml"]).map(({ name }) => name)).toEqual(["baker-baker", "forwarder-1"]);
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
