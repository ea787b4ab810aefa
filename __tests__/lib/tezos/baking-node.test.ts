import type { ConfigurationInput } from "../../../lib/config/schema/configuration";
import { DiskClass } from "../../../lib/kubernetes/disks";
import { ImagePrePull } from "../../../lib/kubernetes/image-pre-pull";
import type { PodPart } from "../../../lib/kubernetes/secure-pod";
import { BakingNode, bakingPodImages, type BakingNodeProps } from "../../../lib/tezos/baking-node";
import { OctezScripts } from "../../../lib/tezos/octez-scripts";
import { PublicNodes } from "../../../lib/tezos/public-nodes";
import { exampleConfiguration } from "../../../laboratory/examples";
import { stackOf } from "../../support/construct";
import { resource } from "../../support/stacks";
import type { StackJson } from "../../../laboratory/synthesis";
import { container, environmentOf, named, policiesOf, workload } from "../../support/workloads";

const signerProxy: PodPart = {
  containers: [{ name: "proxy", image: "haproxy:3.0" }],
  annotations: { "hodl.farm/proxy": "checksum" },
};

interface Options {
  readonly change?: (input: ConfigurationInput) => void;
  readonly withPublicNodes?: boolean;
  readonly props?: Partial<BakingNodeProps>;
}

function bakingNode({ change, withPublicNodes = true, props }: Options = {}): StackJson {
  const configuration = exampleConfiguration(change);
  return stackOf((scope) => {
    const scripts = new OctezScripts(scope, "scripts", { namespace: "farm" });
    const diskClass = new DiskClass(scope, "class", { name: "retained" });
    const images = { ...bakingPodImages(configuration), proxy: signerProxy.containers[0]!.image! };
    const imagePrePull = new ImagePrePull(scope, "image-pre-pull", { namespace: "farm", pool: "baking", images });
    const common = { configuration, namespace: "farm", scripts, diskClass };
    new BakingNode(scope, "baker", {
      ...common,
      baker: configuration.bakers[0]!,
      volumeHandle: "projects/p/regions/r/disks/d",
      imagePrePull,
      signerProxy,
      publicNodes: withPublicNodes
        ? new PublicNodes(scope, "public-nodes", { ...common, servesRpc: false })
        : undefined,
      ...props,
    });
  });
}

const stack = bakingNode();
const baker = workload(stack, "baker-baker");

describe("one baker at most", () => {
  test("is a StatefulSet of one: a Deployment starts a new pod while the old one may still run", () => {
    expect(baker.type).toBe("kubernetes_stateful_set_v1");
    expect(baker.body.spec.replicas).toBe("1");
    expect(stack.resource.kubernetes_deployment_v1).toBeUndefined();
  });

  test("is replaced when the configuration changes, even if it was never Ready", () => {
    expect(baker.body.spec.pod_management_policy).toBe("Parallel");
  });

  test("has the disk that only one pod can mount", () => {
    const { spec } = resource(stack, "kubernetes_persistent_volume_claim_v1");
    expect(spec.access_modes).toEqual(["ReadWriteOncePod"]);
    expect(baker.pod.volume).toContainEqual({
      name: "data",
      persistent_volume_claim: {
        claim_name: expect.stringContaining("kubernetes_persistent_volume_claim_v1.baker_disk"),
      },
    });
    expect(baker.body.spec.volume_claim_template).toBeUndefined();
  });

  test("no disruption budget blocks a drain of the only pod", () => {
    const budgets = Object.values<StackJson>(stack.resource.kubernetes_pod_disruption_budget_v1);
    expect(budgets.map(({ metadata }) => metadata.name)).toEqual(["public-node"]);
  });
});

test("can use its disk in the second zone too", () => {
  const [{ node_affinity, persistent_volume_source, capacity }] = resource(
    stack,
    "kubernetes_persistent_volume_v1",
  ).spec;
  expect(node_affinity.required.node_selector_term[0].match_expressions[0].values).toEqual([
    "us-central1-b",
    "us-central1-f",
  ]);
  expect(persistent_volume_source.csi.volume_handle).toBe("projects/p/regions/r/disks/d");
  expect(capacity).toEqual({ storage: "100Gi" });
});

test("runs on the pool baking, never on the VM of a public node or a DAL node", () => {
  expect(baker.pod.node_selector).toEqual({ "hodl.farm/pool": "baking" });
  const roles = [{ key: "hodl.farm/role", operator: "In", values: ["public", "dal"] }];
  expect(baker.pod.affinity.pod_anti_affinity.required_during_scheduling_ignored_during_execution).toEqual([
    { topology_key: "kubernetes.io/hostname", label_selector: [{ match_expressions: roles }] },
  ]);
  expect(baker.metadata.labels["hodl.farm/role"]).toBe("baking");
});

test("runs node, baker, accuser and the proxy; the wallet is written first", () => {
  const names = (some: StackJson[]) => some.map(({ name }) => name);
  expect(names(baker.pod.container)).toEqual(["octez-baker", "octez-accuser", "octez-node", "proxy"]);
  expect(names(baker.pod.init_container)).toEqual(["wallet", "node-config", "snapshot", "storage-upgrade"]);
});

test("its peers are the public nodes' Services, whose addresses stay", () => {
  const node = container(baker, "octez-node");
  const service = (index: number) =>
    new RegExp(
      `^\\$\\{kubernetes_service_v1\\.public-nodes_public-node-${index}-service_\\w+\\.spec\\[0]\\.cluster_ip}$`,
    );
  expect(environmentOf(node)).toEqual({
    PUBLIC_NODE_0: expect.stringMatching(service(0)),
    PUBLIC_NODE_1: expect.stringMatching(service(1)),
  });
  expect(node.command.slice(-4)).toEqual(["--peer", "$(PUBLIC_NODE_0):9732", "--peer", "$(PUBLIC_NODE_1):9732"]);
});

test("has no fixed peers without public nodes", () => {
  const alone = workload(bakingNode({ withPublicNodes: false }), "baker-baker");
  expect(container(alone, "octez-node").command).toEqual(["octez-node", "run", "--data-dir", "/data/node"]);
});

test("stops in order, within the grace period: the node after the baker", () => {
  const [{ exec }] = container(baker, "octez-node").lifecycle.pre_stop;
  const wait = Number(/CLIENTS_SECONDS=(\d+)/.exec(exec.command.join(" "))![1]);
  // The rest is for the node to close its store.
  expect(baker.pod.termination_grace_period_seconds - wait).toBeGreaterThanOrEqual(60);
  expect(container(baker, "octez-baker").lifecycle).toBeUndefined();
});

describe("peering", () => {
  const dials = (peering: "hybrid" | "private") => {
    const made = bakingNode({ change: ({ bakers }) => (bakers[0]!.peering = peering) });
    const { labels } = workload(made, "baker-baker").metadata;
    const config = JSON.parse(named(made, "kubernetes_config_map_v1", "baker-baker-config").data["config.json"]);
    return { in: policiesOf(made, labels, "Ingress"), out: policiesOf(made, labels, "Egress"), p2p: config.p2p };
  };

  test("hybrid: connects to public nodes and other peers; accepts no connections", () => {
    const { in: ingress, out, p2p } = dials("hybrid");
    expect(ingress).toEqual([]);
    expect(p2p).toEqual({});
    expect(out).toEqual([
      "baker-baker-to-dns",
      "baker-baker-to-download-servers",
      "baker-baker-to-peers",
      "baker-baker-to-public-node",
    ]);
  });

  test("private: connects to public nodes only; accepts no connections", () => {
    const { in: ingress, out, p2p } = dials("private");
    expect(ingress).toEqual([]);
    expect(p2p).toEqual({ "bootstrap-peers": [], "private-mode": true });
    expect(out).toEqual(["baker-baker-to-dns", "baker-baker-to-download-servers", "baker-baker-to-public-node"]);
  });
});

describe("required authentication", () => {
  const authentication = { secret: "projects/p/secrets/s", serviceAccount: "baker@p.iam.gserviceaccount.com" };
  const made = bakingNode({ props: { authentication } });
  const { pod } = workload(made, "baker-baker");

  test("the pod has its own identity, which only the CSI driver uses", () => {
    const account = resource(made, "kubernetes_service_account_v1");
    expect(account.metadata).toMatchObject({
      name: "baker-baker",
      annotations: { "iam.gke.io/gcp-service-account": "baker@p.iam.gserviceaccount.com" },
    });
    expect(account.automount_service_account_token).toBe(false);
    expect(pod.service_account_name).toContain("kubernetes_service_account_v1.baker_service-account");
    expect(pod.automount_service_account_token).toBe(false);
  });

  test("the key comes from Secret Manager, as a file", () => {
    const { manifest } = resource(made, "kubernetes_manifest");
    expect(JSON.parse(manifest.spec.parameters.secrets)).toEqual([
      { resourceName: "projects/p/secrets/s/versions/latest", path: "secret-key" },
    ]);
    const { csi } = pod.volume.find(({ name }: StackJson) => name === "authentication");
    expect(csi.volume_attributes).toEqual({ secretProviderClass: manifest.metadata.name });
  });

  test("without it, the stack has neither", () => {
    expect(stack.resource.kubernetes_manifest).toBeUndefined();
    expect(stack.resource.kubernetes_service_account_v1).toBeUndefined();
    expect(baker.pod.service_account_name).toBeUndefined();
  });
});

test("the checksums of all parts are annotations of the pod", () => {
  expect(Object.keys(baker.metadata.annotations).sort()).toEqual([
    "hodl.farm/node-config",
    "hodl.farm/node-scripts",
    "hodl.farm/proxy",
    "hodl.farm/wallet",
  ]);
});
