import { DiskClass } from "../../../lib/kubernetes/disks";
import { OctezScripts } from "../../../lib/tezos/octez-scripts";
import { PublicNodes } from "../../../lib/tezos/public-nodes";
import { exampleConfiguration } from "../../../laboratory/examples";
import { stackOf } from "../../support/construct";
import type { StackJson } from "../../../laboratory/synthesis";
import { named, policiesOf, workload } from "../../support/workloads";

function publicNodes({ count = 2, servesRpc = false } = {}): { stack: StackJson; nodes: PublicNodes } {
  let nodes: PublicNodes;
  const stack = stackOf((scope) => {
    nodes = new PublicNodes(scope, "public-nodes", {
      configuration: exampleConfiguration((input) => {
        input.publicNodes = { count };
        input.google.pools = { public: { vmsPerZone: count } };
      }),
      namespace: "farm",
      scripts: new OctezScripts(scope, "scripts", { namespace: "farm" }),
      diskClass: new DiskClass(scope, "class", { name: "retained" }),
      servesRpc,
    });
  });
  return { stack, nodes: nodes! };
}

const { stack } = publicNodes();
const { type, body, pod, metadata } = workload(stack, "public-node");
const selector = { "app.kubernetes.io/name": "public-node", "app.kubernetes.io/instance": "all" };

test("are a StatefulSet whose pods don't wait for each other", () => {
  expect(type).toBe("kubernetes_stateful_set_v1");
  expect(body.spec).toMatchObject({ replicas: "2", pod_management_policy: "Parallel" });
  expect(body.spec.selector.match_labels).toEqual(selector);
  expect(body.wait_for_rollout).toBe(false);
});

test("run on the pool public, never on the VM of a baking node", () => {
  expect(pod.node_selector).toEqual({ "hodl.farm/pool": "public" });
  expect(pod.affinity.pod_anti_affinity.required_during_scheduling_ignored_during_execution).toEqual([
    {
      topology_key: "kubernetes.io/hostname",
      label_selector: [{ match_expressions: [{ key: "hodl.farm/role", operator: "In", values: ["baking"] }] }],
    },
  ]);
  expect(metadata.labels["hodl.farm/role"]).toBe("public");
});

test("are always spread over zones, and over VMs if there are enough", () => {
  const spread = (topology_key: string, when_unsatisfiable: string) => ({
    topology_key,
    when_unsatisfiable,
    max_skew: 1,
    label_selector: [{ match_labels: selector }],
  });
  expect(pod.topology_spread_constraint).toEqual([
    spread("topology.kubernetes.io/zone", "DoNotSchedule"),
    spread("kubernetes.io/hostname", "ScheduleAnyway"),
  ]);
});

test("each has its own disk, for a single pod", () => {
  expect(body.spec.volume_claim_template).toEqual([
    {
      metadata: { name: "data" },
      spec: {
        access_modes: ["ReadWriteOncePod"],
        storage_class_name: expect.stringContaining("kubernetes_storage_class_v1.class_"),
        resources: { requests: { storage: "100Gi" } },
      },
    },
  ]);
});

test("a drain evicts one at a time", () => {
  const { spec } = named(stack, "kubernetes_pod_disruption_budget_v1", "public-node");
  expect(spec).toEqual({ max_unavailable: "1", selector: { match_labels: selector } });
});

test("each has its own Service, whose address stays and works while the node is syncing", () => {
  const { nodes, stack } = publicNodes({ count: 3 });
  const names = Object.values<StackJson>(stack.resource.kubernetes_service_v1).map(({ metadata }) => metadata.name);
  expect(names.sort()).toEqual(["public-node", "public-node-0", "public-node-1", "public-node-2"]);
  for (const index of [0, 1, 2]) {
    const { spec } = named(stack, "kubernetes_service_v1", `public-node-${index}`);
    expect(spec).toEqual({
      selector: { "statefulset.kubernetes.io/pod-name": `public-node-${index}` },
      publish_not_ready_addresses: true,
      port: [{ name: "p2p", port: 9732, target_port: "9732" }],
    });
  }
  expect(new Set(nodes.addresses).size).toBe(3);
});

test("listen for peers, and serve their RPC only if asked for", () => {
  const config = (some: StackJson) =>
    JSON.parse(named(some, "kubernetes_config_map_v1", "public-node-config").data["config.json"]);
  expect(config(stack).rpc["listen-addrs"]).toEqual(["127.0.0.1:8732"]);
  expect(publicNodes().nodes.rpcAddress).toBeUndefined();

  const serving = publicNodes({ servesRpc: true });
  expect(config(serving.stack).rpc["listen-addrs"]).toEqual(["127.0.0.1:8732", "0.0.0.0:8733"]);
  expect(serving.nodes.rpcAddress).toBeDefined();
  // The only Service without nodes that are not Ready.
  expect(named(serving.stack, "kubernetes_service_v1", "public-node-rpc").spec).toEqual({
    selector,
    port: [{ name: "rpc", port: 8733, target_port: "8733" }],
  });
});

test("only accept connections from each other by default", () => {
  expect(policiesOf(stack, metadata.labels, "Ingress")).toEqual(["public-node-from-public-node"]);
  expect(policiesOf(stack, metadata.labels, "Egress")).toEqual([
    "public-node-to-dns",
    "public-node-to-download-servers",
    "public-node-to-peers",
    "public-node-to-public-node",
  ]);
});
