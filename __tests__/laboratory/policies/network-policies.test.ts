import { policyProblems } from "../../../laboratory/policies/access-table";
import { addressRange, addressText, without } from "../../../laboratory/policies/address-ranges";
import type { KubernetesObject } from "../../../laboratory/convert/kubernetes-objects";
import {
  type AddressEndpoint,
  type Endpoint,
  NetworkPolicies,
  type PodEndpoint,
} from "../../../laboratory/policies/network-policies";
import { PortSet } from "../../../laboratory/policies/port-set";

const podRange = [addressRange("10.244.0.0/16")];
const pod = (
  name: string,
  namespace: string,
  labels: PodEndpoint["labels"],
  namedPorts: PodEndpoint["namedPorts"] = [],
) => ({
  ...{ name, namespace, labels, namedPorts, addresses: podRange, reachableAt: podRange },
});
const at = (cidr: string): AddressEndpoint => ({ name: cidr, addresses: [addressRange(cidr)] });
const namespace = (name: string, labels = {}): KubernetesObject => ({
  ...{ apiVersion: "v1", kind: "Namespace", metadata: { name, labels } },
});
const policy = (spec: object, inNamespace = "default"): KubernetesObject => ({
  ...{ apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: "p", namespace: inNamespace } },
  spec,
});
/** The ports that are open in every implementation; after a question mark, those that are open in some. */
function passes(policies: KubernetesObject[], from: Endpoint, to: Endpoint): string {
  const { certain, possible } = new NetworkPolicies(policies).allowed(from, to);
  const uncertain = PortSet.onlyFirst(possible, certain);
  return `${certain}${uncertain.isEmpty ? "" : ` ?${uncertain}`}`;
}

const db = pod("db", "default", { role: "db" });
const frontend = pod("frontend", "default", { role: "frontend" });
const other = pod("other", "default", {});
const mine = pod("mine", "mine", { role: "frontend" });
const anywhere = at("8.8.8.8/32");
const selectDb = { podSelector: { matchLabels: { role: "db" } } };
const every = "every port";

/** https://kubernetes.io/docs/concepts/services-networking/network-policies/ */
describe("the specification's examples", () => {
  const example = policy({
    ...selectDb,
    policyTypes: ["Ingress", "Egress"],
    ingress: [
      {
        from: [
          { ipBlock: { cidr: "172.17.0.0/16", except: ["172.17.1.0/24"] } },
          { namespaceSelector: { matchLabels: { project: "myproject" } } },
          { podSelector: { matchLabels: { role: "frontend" } } },
        ],
        ports: [{ protocol: "TCP", port: 6379 }],
      },
    ],
    egress: [{ to: [{ ipBlock: { cidr: "10.0.0.0/24" } }], ports: [{ protocol: "TCP", port: 5978 }] }],
  });
  const cluster = [namespace("default"), namespace("mine", { project: "myproject" }), example];

  test.each<[string, Endpoint, Endpoint, string]>([
    ["a pod with the label in the namespace", frontend, db, "TCP 6379"],
    ["a pod without the label in the namespace", other, db, ""],
    ["any pod of a namespace with the label", pod("any", "mine", {}), db, "TCP 6379"],
    ["a pod with the label in another namespace", pod("x", "theirs", { role: "frontend" }), db, ""],
    ["the first address of the block", at("172.17.0.0/32"), db, "TCP 6379"],
    ["the last address of the block", at("172.17.255.255/32"), db, "TCP 6379"],
    ["an address in its exception", at("172.17.1.7/32"), db, ""],
    ["an address outside the block", at("172.18.0.0/32"), db, ""],
    ["a network that contains the block", at("172.16.0.0/15"), db, " ?TCP 6379"],
    ["egress to its block", db, at("10.0.0.255/32"), "TCP 5978"],
    ["egress to an address outside it", db, at("10.0.1.0/32"), ""],
    ["egress to a pod that isn't isolated", db, frontend, ""],
    ["two pods that no policy selects", frontend, mine, every],
    ["a pod that no policy selects, and the internet", frontend, anywhere, every],
  ])("%s", (_, from, to, ports) => expect(passes(cluster, from, to)).toBe(ports));

  test("two selectors in one entry are combined with AND, in two entries with OR", () => {
    const namespaceSelector = { matchLabels: { user: "alice" } };
    const podSelector = { matchLabels: { role: "client" } };
    const ends = [
      pod("both", "alice", { role: "client" }),
      pod("namespace only", "alice", {}),
      pod("pod only", "default", { role: "client" }),
    ];
    const namespaces = [namespace("alice", { user: "alice" }), namespace("default")];
    const from = (entries: object[]) => policy({ ...selectDb, policyTypes: ["Ingress"], ingress: [{ from: entries }] });
    const and = [...namespaces, from([{ namespaceSelector, podSelector }])];
    const or = [...namespaces, from([{ namespaceSelector }, { podSelector }])];
    expect(ends.map((end) => passes(and, end, db))).toEqual([every, "", ""]);
    expect(ends.map((end) => passes(or, end, db))).toEqual([every, every, every]);
  });

  test.each<[string, object, string, string]>([
    ["default deny all ingress", { podSelector: {}, policyTypes: ["Ingress"] }, "", every],
    ["allow all ingress", { podSelector: {}, ingress: [{}], policyTypes: ["Ingress"] }, every, every],
    ["default deny all egress", { podSelector: {}, policyTypes: ["Egress"] }, every, ""],
    ["allow all egress", { podSelector: {}, egress: [{}], policyTypes: ["Egress"] }, every, every],
    ["default deny all", { podSelector: {}, policyTypes: ["Ingress", "Egress"] }, "", ""],
    ["without types: ingress", { podSelector: {} }, "", every],
    ["without types, with egress rules: both", { podSelector: {}, egress: [{}] }, "", every],
    [
      "rules of a type that isn't listed are ignored",
      { podSelector: {}, policyTypes: ["Ingress"], egress: [{ ports: [{ port: 1 }] }] },
      "",
      every,
    ],
    ["empty lists of peers and ports mean all", { podSelector: {}, ingress: [{ from: [], ports: [] }] }, every, every],
  ])("%s", (_, spec, dialled, dials) => {
    expect(passes([policy(spec)], anywhere, db)).toBe(dialled);
    expect(passes([policy(spec)], db, anywhere)).toBe(dials);
  });

  test("a range of ports", () => {
    const ports = [{ protocol: "TCP", port: 32000, endPort: 32768 }];
    const range = policy({
      ...selectDb,
      policyTypes: ["Egress"],
      egress: [{ to: [{ ipBlock: { cidr: "10.0.0.0/24" } }], ports }],
    });
    expect(passes([range], db, at("10.0.0.1/32"))).toBe("TCP 32000-32768");
  });

  test("a namespace by its name, whose label Kubernetes sets", () => {
    const namespaceSelector = { matchLabels: { "kubernetes.io/metadata.name": "mine" } };
    const byName = policy({ podSelector: {}, ingress: [{ from: [{ namespaceSelector }] }] });
    expect([mine, frontend].map((end) => passes([byName], end, db))).toEqual([every, ""]);
  });

  test("several namespaces by an expression, and all of them by an empty selector", () => {
    const values = ["frontend", "backend"];
    const some = { namespaceSelector: { matchExpressions: [{ key: "namespace", operator: "In", values }] } };
    const namespaces = [namespace("mine", { namespace: "backend" }), namespace("default", { namespace: "db" })];
    const from = (entry: object) => [...namespaces, policy({ podSelector: {}, ingress: [{ from: [entry] }] })];
    expect([mine, frontend].map((end) => passes(from(some), end, db))).toEqual([every, ""]);
    expect([mine, frontend].map((end) => passes(from({ namespaceSelector: {} }), end, db))).toEqual([every, every]);
    expect([mine, frontend].map((end) => passes(from({ podSelector: {} }), end, db))).toEqual(["", every]);
  });

  test.each([
    ["In", ["db"], "10"],
    ["NotIn", ["db"], "01"],
    ["Exists", [], "10"],
    ["DoesNotExist", [], "01"],
  ])("a pod selected by %s", (operator, values, selected) => {
    const podSelector = { matchExpressions: [{ key: "role", operator, values }] };
    const isolated = [db, other].map((end) => (passes([policy({ podSelector })], anywhere, end) === "" ? "1" : "0"));
    expect(isolated.join("")).toBe(selected);
  });

  test("policies are additive, and both sides must allow a connection", () => {
    const to = (port: number) => policy({ ...selectDb, ingress: [{ ports: [{ port }] }] });
    expect(passes([to(1), to(2)], frontend, db)).toBe("TCP 1-2");
    const out = policy({
      podSelector: { matchLabels: { role: "frontend" } },
      policyTypes: ["Egress"],
      egress: [{ ports: [{ port: 2 }, { port: 3 }] }],
    });
    expect(passes([to(1), to(2), out], frontend, db)).toBe("TCP 2");
  });

  test("a named port resolves to the destination's container port of that name", () => {
    const named = pod("db", "default", { role: "db" }, [
      { name: "sql", port: 5432, protocol: "TCP" },
      { name: "sql", port: 5433, protocol: "UDP" },
    ]);
    const rule = (protocol?: string) => ({ ports: [{ port: "sql", protocol }] });
    expect(passes([policy({ ...selectDb, ingress: [rule()] })], frontend, named)).toBe("TCP 5432");
    expect(passes([policy({ ...selectDb, ingress: [rule("UDP")] })], frontend, named)).toBe("UDP 5433");
    expect(passes([policy({ ...selectDb, ingress: [rule()] })], frontend, db)).toBe("");
    const out = policy({ podSelector: {}, policyTypes: ["Egress"], egress: [rule()] });
    expect(passes([out], frontend, named)).toBe("TCP 5432");
    expect(passes([out], frontend, anywhere)).toBe("");
  });
});

test("an ipBlock that contains pods' addresses matches pods only in some implementations", () => {
  const from = (ipBlock: object) => [policy({ ...selectDb, ingress: [{ from: [{ ipBlock }], ports: [{ port: 1 }] }] })];
  expect(passes(from({ cidr: "0.0.0.0/0" }), frontend, db)).toBe(" ?TCP 1");
  expect(passes(from({ cidr: "0.0.0.0/0", except: ["10.0.0.0/8"] }), frontend, db)).toBe("");
  expect(passes(from({ cidr: "0.0.0.0/0" }), anywhere, db)).toBe("TCP 1");
});

test("a pod is also reachable at its Services' addresses, but never connects from there", () => {
  const withService = { ...db, reachableAt: [...podRange, addressRange("203.0.113.1/32")] };
  const block = [{ ipBlock: { cidr: "203.0.113.0/24" } }];
  const rules = [policy({ podSelector: {}, policyTypes: ["Egress"], egress: [{ to: block }] })];
  expect(passes(rules, frontend, withService)).toBe(` ?${every}`);
  expect(passes([policy({ podSelector: {}, ingress: [{ from: block }] })], withService, frontend)).toBe("");
});

describe("problems of policies", () => {
  const ranges = { nodes: "10.0.0.0/24", pods: "10.244.0.0/16", services: "10.1.0.0/24" };
  const set = (name: string): KubernetesObject => ({
    ...{ apiVersion: "apps/v1", kind: "StatefulSet", metadata: { name } },
    spec: { template: { metadata: { labels: { "app.kubernetes.io/name": name } } } },
  });
  const podsOf = (name: string) => ({ podSelector: { matchLabels: { "app.kubernetes.io/name": name } } });
  const deny = policy({ podSelector: {}, policyTypes: ["Ingress", "Egress"] });
  const out = policy({
    ...podsOf("a"),
    policyTypes: ["Egress"],
    egress: [{ to: [podsOf("b")], ports: [{ port: 1 }] }],
  });
  const back = policy({
    ...podsOf("b"),
    policyTypes: ["Ingress"],
    ingress: [{ from: [podsOf("a")], ports: [{ port: 1 }] }],
  });

  test.each([
    ["none", [set("a"), set("b"), deny, out, back], []],
    ["the receiver's half is missing", [set("a"), set("b"), deny, out], ["a -> b : TCP 1: only the sender allows it"]],
    ["the sender's half is missing", [set("a"), set("b"), deny, back], ["a -> b : TCP 1: only the receiver allows it"]],
    [
      "the pods do not exist",
      [set("a"), deny, out, back],
      [
        'policy p names a peer that matches no pod: {"matchLabels":{"app.kubernetes.io/name":"b"}}',
        "policy p selects no pod",
      ],
    ],
  ])("%s", (_, objects, problems) => expect(policyProblems(objects, ranges)).toEqual(problems));
});

describe("a set of ports", () => {
  const set = (first: number, last: number) => PortSet.of([{ port: first, endPort: last, protocol: "TCP" }]);

  test("is split and merged by ranges", () => {
    expect(String(PortSet.both(set(10, 20), set(15, 30)))).toBe("TCP 15-20");
    expect(String(PortSet.onlyFirst(set(10, 20), set(15, 15)))).toBe("TCP 10-14, TCP 16-20");
    expect(String(PortSet.union(set(10, 14), set(15, 20)))).toBe("TCP 10-20");
    expect(PortSet.both(set(1, 2), PortSet.of([{ port: 1, protocol: "UDP" }])).isEmpty).toBe(true);
    expect(String(PortSet.both(PortSet.of([]), set(7, 7)))).toBe("TCP 7");
  });
});

describe("ranges of addresses", () => {
  test("can be subtracted", () => {
    const left = without([addressRange("10.0.0.0/8")], [addressRange("10.0.0.0/9"), addressRange("10.255.0.0/16")]);
    expect(left.map(({ first, last }) => `${addressText(first)}-${addressText(last)}`)).toEqual([
      "10.128.0.0-10.254.255.255",
    ]);
  });

  test("are IPv4 only", () => expect(() => addressRange("::/0")).toThrow());
});
