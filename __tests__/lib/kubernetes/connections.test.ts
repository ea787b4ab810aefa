import { Connections } from "../../../lib/kubernetes/connections";
import { internet } from "../../../lib/kubernetes/outside";
import { stackOf } from "../../support/construct";
import type { StackJson } from "../../../laboratory/synthesis";
import { named } from "../../support/workloads";

type Pair = Record<"baker" | "node", Connections>;

function policiesAfter(connect: (pair: Pair) => void): StackJson[] {
  const stack = stackOf((scope) => {
    const connections = (name: string, ports: Connections["ports"]) =>
      new Connections(scope, { namespace: "farm", name, selector: { app: name }, ports });
    connect({
      baker: connections("baker", {}),
      node: connections("node", { p2p: { port: 9732 }, rpc: { port: 8733 } }),
    });
  });
  return ["baker-to-node", "node-from-baker", "baker-to-web", "node-from-homes"].flatMap((name) =>
    JSON.stringify(stack).includes(name) ? [named(stack, "kubernetes_network_policy_v1", name)] : [],
  );
}

const pods = (app: string) => [{ pod_selector: { match_labels: { app } } }];
const port = (number: string) => ({ port: number, protocol: "TCP" });

test("one call creates the policies of both sides, with the peer's ports", () => {
  const [egress, ingress, ...more] = policiesAfter(({ baker, node }) => baker.allowTo(node, ["p2p"]));
  expect(egress).toMatchObject({
    metadata: { namespace: "farm" },
    spec: { pod_selector: { match_labels: { app: "baker" } }, policy_types: ["Egress"] },
  });
  expect(egress.spec.egress).toEqual([{ to: pods("node"), ports: [port("9732")] }]);
  expect(egress.spec.ingress).toBeUndefined();
  expect(ingress).toMatchObject({
    metadata: { namespace: "farm" },
    spec: { pod_selector: { match_labels: { app: "node" } }, policy_types: ["Ingress"] },
  });
  expect(ingress.spec.ingress).toEqual([{ from: pods("baker"), ports: [port("9732")] }]);
  expect(ingress.spec.egress).toBeUndefined();
  expect(more).toEqual([]);
});

test("allows all ports of the peer by default", () => {
  const [egress] = policiesAfter(({ baker, node }) => baker.allowTo(node));
  expect(egress.spec.egress[0].ports).toEqual([port("9732"), port("8733")]);
});

test("rejects a port that the peer does not have: an empty list would allow every port", () => {
  expect(() => policiesAfter(({ baker, node }) => baker.allowTo(node, ["http"]))).toThrow(
    "node has no port http; it has p2p, rpc",
  );
});

test("rejects a peer without ports, for the same reason", () => {
  expect(() => policiesAfter(({ baker, node }) => node.allowTo(baker))).toThrow(
    "baker: an empty list of ports would open all of them",
  );
});

test("a flow to the outside has one policy", () => {
  const [egress, ...more] = policiesAfter(({ baker }) => baker.allowTo(internet("web", { https: { port: 443 } })));
  expect(egress.spec.egress[0].ports).toEqual([port("443")]);
  expect(more).toEqual([]);
});

test("all ports of an outside: the rule has no ports, and none can be picked", () => {
  const [egress] = policiesAfter(({ baker }) => baker.allowTo(internet("web", "all")));
  expect(egress.spec.egress).toEqual([{ to: [{ ip_block: { cidr: "0.0.0.0/0", except: expect.any(Array) } }] }]);
  expect(() => policiesAfter(({ baker }) => baker.allowTo(internet("web", "all"), ["https"]))).toThrow(
    "web has no named ports",
  );
});

test("a flow from the outside reaches the named ports only", () => {
  const [ingress, ...more] = policiesAfter(({ node }) =>
    node.allowFromOutside(internet("homes", {}, ["203.0.113.0/24"]), ["p2p"]),
  );
  expect(ingress.spec).toMatchObject({ pod_selector: { match_labels: { app: "node" } }, policy_types: ["Ingress"] });
  expect(ingress.spec.ingress).toEqual([{ from: [{ ip_block: { cidr: "203.0.113.0/24" } }], ports: [port("9732")] }]);
  expect(more).toEqual([]);
});
