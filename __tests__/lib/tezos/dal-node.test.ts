import { DiskClass } from "../../../lib/kubernetes/disks";
import { DalNode } from "../../../lib/tezos/dal-node";
import { OctezScripts } from "../../../lib/tezos/octez-scripts";
import { checkCommand } from "../../../lib/tezos/octez-command-line";
import { PublicNodes } from "../../../lib/tezos/public-nodes";
import { exampleConfiguration } from "../../../laboratory/examples";
import { stackOf } from "../../support/construct";
import { container, environmentOf, named, policiesOf, workload } from "../../support/workloads";

const stack = stackOf((scope) => {
  const configuration = exampleConfiguration((input) => (input.bakers[0]!.dal = true));
  const diskClass = new DiskClass(scope, "class", { name: "retained" });
  const namespace = "farm";
  new DalNode(scope, "dal", {
    configuration,
    baker: configuration.bakers[0]!,
    namespace,
    diskClass,
    publicNodes: new PublicNodes(scope, "public-nodes", {
      configuration,
      namespace,
      scripts: new OctezScripts(scope, "scripts", { namespace }),
      diskClass,
      servesRpc: true,
    }),
    publicAddress: "203.0.113.20",
  });
});
const dal = workload(stack, "dal-baker");
const main = container(dal, "octez-dal-node");

test("runs on the pool public, never on the VM of a baking node", () => {
  expect(dal.pod.node_selector).toEqual({ "hodl.farm/pool": "public" });
  expect(dal.pod.affinity.pod_anti_affinity.required_during_scheduling_ignored_during_execution).toEqual([
    {
      topology_key: "kubernetes.io/hostname",
      label_selector: [{ match_expressions: [{ key: "hodl.farm/role", operator: "In", values: ["baking"] }] }],
    },
  ]);
  expect(dal.metadata.labels["hodl.farm/role"]).toBe("dal");
});

test("attests for its baker, gets blocks from the public nodes, and advertises its reserved address", () => {
  expect(checkCommand(main.command)).toEqual([]);
  const command = main.command.join(" ");
  expect(command).toContain("--attester-profiles tz1gg5bjopPcr9agjamyu9BbXKLibNc2rbAq");
  expect(command).toContain("--endpoint http://$(PUBLIC_NODES):8733");
  expect(command).toContain("--public-addr $(PUBLIC_ADDRESS):11732");
  expect(environmentOf(main)).toEqual({
    PUBLIC_NODES: expect.stringMatching(
      /^\$\{kubernetes_service_v1\.public-nodes_rpc-service_\w+\.spec\[0]\.cluster_ip}$/,
    ),
    PUBLIC_ADDRESS: "203.0.113.20",
  });
});

test("runs once, with a disk for a single pod", () => {
  expect(dal.type).toBe("kubernetes_stateful_set_v1");
  expect(dal.body.spec).toMatchObject({ replicas: "1", pod_management_policy: "Parallel" });
  expect(dal.body.spec.volume_claim_template[0].spec).toMatchObject({
    access_modes: ["ReadWriteOncePod"],
    resources: { requests: { storage: "100Gi" } },
  });
});

test("accepts other DAL nodes at its reserved address, and sees their own addresses", () => {
  expect(named(stack, "kubernetes_service_v1", "dal-baker-p2p").spec).toEqual({
    selector: dal.body.spec.selector.match_labels,
    type: "LoadBalancer",
    load_balancer_class: "networking.gke.io/l4-regional-external",
    load_balancer_ip: "203.0.113.20",
    external_traffic_policy: "Local",
    port: [{ name: "p2p", port: 11732, target_port: "11732" }],
  });
  expect(named(stack, "kubernetes_network_policy_v1", "dal-baker-from-internet").spec.ingress).toEqual([
    {
      from: [{ ip_block: { cidr: "0.0.0.0/0", except: expect.arrayContaining(["10.0.0.0/8"]) } }],
      ports: [{ port: "11732", protocol: "TCP" }],
    },
  ]);
});

test("its RPC is reachable from the cluster, but not from the internet", () => {
  const { spec } = named(stack, "kubernetes_service_v1", "dal-baker-rpc");
  expect(spec.type).toBeUndefined();
  expect(spec.publish_not_ready_addresses).toBe(true);
  expect(spec.port).toEqual([{ name: "rpc", port: 10732, target_port: "10732" }]);
  // The policy for the baker is created with the baking node.
  expect(policiesOf(stack, dal.metadata.labels, "Ingress")).toEqual(["dal-baker-from-internet"]);
});

test("has a headless governing Service", () => {
  expect(dal.body.spec.service_name).toMatch(/governing-service/);
  expect(named(stack, "kubernetes_service_v1", "dal-baker").spec.cluster_ip).toBe("None");
});

test("its probes only depend on itself", () => {
  for (const probe of ["startup_probe", "liveness_probe", "readiness_probe"]) {
    expect(main[probe].http_get).toEqual({ path: "/health", port: "10732" });
  }
});
