import { flowProblems, flowTable } from "./flows";
import type { KubernetesObject } from "./kubernetes-objects";
import { both, onlyFirst, PortSet } from "./port-set";

const namespace = "farm";
const names = (name: string, instance: string) => ({
  "app.kubernetes.io/name": name,
  "app.kubernetes.io/instance": instance,
});

function workload(name: string, instance: string): KubernetesObject {
  const template = { metadata: { labels: names(name, instance) } };
  return { apiVersion: "apps/v1", kind: "StatefulSet", metadata: { name, namespace }, spec: { template } };
}

function policy(name: string, spec: Record<string, unknown>): KubernetesObject {
  return { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name, namespace }, spec };
}

const farm: KubernetesObject = { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } };
const baking = workload("baking-node", "hodl-farm");
const publicNode = workload("public-node", "0");
const deny = policy("deny", { podSelector: {}, policyTypes: ["Ingress", "Egress"] });
const podsOf = (name: string) => ({ podSelector: { matchLabels: { "app.kubernetes.io/name": name } } });
const toPublic = policy("to-public", {
  ...podsOf("baking-node"),
  policyTypes: ["Egress"],
  egress: [{ to: [podsOf("public-node")], ports: [{ port: 9732, protocol: "TCP" }] }],
});
const fromBaking = policy("from-baking", {
  ...podsOf("public-node"),
  policyTypes: ["Ingress"],
  ingress: [{ from: [podsOf("baking-node")], ports: [{ port: 9732, protocol: "TCP" }] }],
});
const good = [farm, baking, publicNode, deny, toPublic, fromBaking];

describe("the table of flows", () => {
  test("has a flow that both sides allow", () => {
    expect(flowTable(good)).toBe("baking-node hodl-farm -> public-node 0 : TCP 9732\n");
    expect(flowProblems(good)).toEqual([]);
  });

  test("says when only one side allows it", () => {
    expect(flowTable([farm, baking, publicNode, deny, toPublic])).toContain("TCP 9732  (only the sender allows it)");
    expect(flowTable([farm, baking, publicNode, deny, fromBaking])).toContain(
      "TCP 9732  (only the receiver allows it)",
    );
    expect(flowProblems([farm, baking, publicNode, deny, fromBaking])).toEqual([
      "baking-node hodl-farm -> public-node 0 : TCP 9732: only the receiver allows it",
    ]);
  });

  test("has what is outside, by networks and by pods of other namespaces", () => {
    const out = policy("out", {
      ...podsOf("baking-node"),
      policyTypes: ["Egress"],
      egress: [
        { to: [{ ipBlock: { cidr: "0.0.0.0/0", except: ["10.0.0.0/8", "169.254.0.0/16"] } }], ports: [{ port: 443 }] },
        {
          to: [
            {
              namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
              podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
            },
            { ipBlock: { cidr: "169.254.20.10/32" } },
          ],
          ports: [{ port: 53, protocol: "UDP" }, { port: 53 }],
        },
      ],
    });
    const dialled = policy("in", {
      podSelector: {},
      policyTypes: ["Ingress"],
      ingress: [{ ports: [{ port: 9732 }] }, { from: [{ namespaceSelector: {} }], ports: [{ port: 9932 }] }],
    });
    expect(flowTable([farm, baking, deny, out, dialled])).toBe(
      [
        "all pods of namespaces of any label -> baking-node hodl-farm : TCP 9932",
        "anywhere -> baking-node hodl-farm : TCP 9732",
        "baking-node hodl-farm -> 0.0.0.0/0 [1] : TCP 443",
        "baking-node hodl-farm -> 169.254.20.10/32 : TCP 53, UDP 53",
        "baking-node hodl-farm -> baking-node hodl-farm : TCP 9932  (only the receiver allows it)",
        "baking-node hodl-farm -> pods k8s-app=kube-dns of namespace kube-system : TCP 53, UDP 53",
        "[1] except 10.0.0.0/8, 169.254.0.0/16",
        "",
      ].join("\n"),
    );
  });

  test("a rule without ports allows every port", () => {
    const everything = policy("all", { podSelector: {}, policyTypes: ["Egress"], egress: [{}] });
    expect(flowTable([farm, baking, deny, everything])).toBe("baking-node hodl-farm -> anywhere : every port\n");
  });

  test("a rule of a type that the policy doesn't have counts for nothing", () => {
    const forgotten = policy("f", { podSelector: {}, policyTypes: ["Ingress"], egress: [{}] });
    expect(flowTable([farm, baking, deny, forgotten])).toBe("\n");
  });
});

describe("problems", () => {
  test("a namespace that doesn't deny both ways", () => {
    const half = policy("half", { podSelector: {}, policyTypes: ["Ingress"] });
    expect(flowProblems([farm, baking, half])).toEqual([
      "namespace farm has no policy that denies everything to all pods, in both directions",
    ]);
  });

  test("selectors of nothing", () => {
    expect(flowProblems([farm, baking, deny, toPublic, fromBaking])).toEqual([
      "policy from-baking selects no pod",
      "policy to-public names a peer that is no pod: app.kubernetes.io/name=public-node",
    ]);
  });
});

describe("a set of ports", () => {
  const set = (first: number, last: number) => PortSet.of([{ port: first, endPort: last, protocol: "TCP" }]);

  test("is cut and joined by ranges", () => {
    expect(String(both(set(10, 20), set(15, 30)))).toBe("TCP 15-20");
    expect(String(onlyFirst(set(10, 20), set(15, 15)))).toBe("TCP 10-14, TCP 16-20");
    expect(String(PortSet.union(set(10, 14), set(15, 20)))).toBe("TCP 10-20");
    expect(both(set(1, 2), PortSet.of([{ port: 1, protocol: "UDP" }])).isEmpty).toBe(true);
    expect(String(both(PortSet.of([]), set(7, 7)))).toBe("TCP 7");
  });

  test("refuses names", () => {
    expect(() => PortSet.of([{ port: "rpc" }])).toThrow("a policy names port rpc");
  });
});
