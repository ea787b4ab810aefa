import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomNumbers } from "../../../laboratory/random";
import { endpointsOf, pairs } from "../../../laboratory/policies/access-table";
import { addressRange, addressText } from "../../../laboratory/policies/address-ranges";
import { exampleConfiguration, exampleFiles } from "../../../laboratory/examples";
import { bakerObjects } from "../../../laboratory/convert/baker-objects";
import type { KubernetesObject } from "../../../laboratory/convert/kubernetes-objects";
import {
  type AddressEndpoint,
  type Endpoint,
  isPod,
  NetworkPolicies,
  type PodEndpoint,
} from "../../../laboratory/policies/network-policies";
import { describeReal } from "../../support/real";
import { synthesise } from "../../../laboratory/synthesis";

/* eslint-disable @typescript-eslint/no-explicit-any -- objects of Kubernetes' API, read by path */

interface Question {
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly protocol: string;
  readonly port: number;
  readonly reading: Reading;
}

/** Between two pods: whether an ipBlock matches pods. It makes no difference if one endpoint is not a pod. */
type Reading = "blocks match pods" | "blocks match no pods" | "of addresses";

/** The answers of cyclonus (https://github.com/mattfenwick/cyclonus), in the order of the questions: one for each address of an endpoint. */
function cyclonus(objects: readonly KubernetesObject[], questions: readonly Question[]): boolean[][] {
  const labels = new Map(
    objects.filter(({ kind }) => kind === "Namespace").map(({ metadata }) => [metadata.name, metadata.labels ?? {}]),
  );
  const end = (one: Endpoint, IP: string) => ({
    IP,
    Internal: isPod(one)
      ? {
          PodLabels: one.labels,
          Namespace: one.namespace,
          NamespaceLabels: { ...labels.get(one.namespace), "kubernetes.io/metadata.name": one.namespace },
        }
      : undefined,
  });
  const asked = questions.map(({ from, to, protocol, port, reading }) =>
    addressesOf(from, reading, false).flatMap((source) =>
      addressesOf(to, reading, true).map((destination) => ({
        Source: end(from, source),
        Destination: end(to, destination),
        Protocol: protocol,
        ResolvedPort: port,
        ResolvedPortName: isPod(to)
          ? to.namedPorts.find((named) => named.port === port && named.protocol === protocol)?.name
          : undefined,
      })),
    ),
  );
  const answers = analyze(objects, asked.flat());
  let next = 0;
  return asked.map((traffic) => traffic.map(() => answers[next++]!));
}

/** The addresses to ask about. With an IPv6 address a pod is in none of the blocks. */
function addressesOf(end: Endpoint, reading: Reading, dialled: boolean): string[] {
  if (!isPod(end)) return [addressText(end.addresses[0]!.first), addressText(end.addresses.at(-1)!.last)];
  if (reading !== "blocks match pods") return ["2001:db8::1"];
  return (dialled ? end.reachableAt : end.addresses).map(({ first }) => addressText(first));
}

function analyze(objects: readonly KubernetesObject[], traffic: object[]): boolean[] {
  const folder = mkdtempSync(join(tmpdir(), "cyclonus-"));
  try {
    const items = objects.filter(({ kind }) => kind === "NetworkPolicy");
    const list = { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicyList", items };
    writeFileSync(join(folder, "policies"), JSON.stringify(list));
    writeFileSync(join(folder, "traffic"), JSON.stringify(traffic));
    const { status, stdout, stderr } = spawnSync(
      "cyclonus",
      // Its simplification of policies is not what is tested here.
      [
        "analyze",
        "--mode",
        "query-traffic",
        "--simplify-policies=false",
        "--policy-path",
        "policies",
        "--traffic-path",
        "traffic",
      ],
      { cwd: folder, encoding: "utf8", maxBuffer: 2 ** 29 },
    );
    if (status !== 0) throw new Error(`cyclonus: exit ${status}\n${stderr}`);
    const answers = [...stdout.matchAll(/IS ALLOWED\? *\| *(TRUE|FALSE)/g)].map(([, answer]) => answer === "TRUE");
    if (answers.length !== traffic.length) throw new Error(`${answers.length} answers to ${traffic.length} questions`);
    return answers;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Where the two evaluators differ, at every port at which a rule begins or ends. */
function differences(
  objects: readonly KubernetesObject[],
  ends: readonly [Endpoint, Endpoint][],
  namedPorts: number[],
) {
  const policies = new NetworkPolicies(objects);
  const ports = [...mentionedPorts(objects), ...namedPorts.map((port) => `TCP ${port}`), "SCTP 7"];
  const questions = ends.flatMap(([from, to]) => {
    const readings: Reading[] =
      isPod(from) && isPod(to) ? ["blocks match pods", "blocks match no pods"] : ["of addresses"];
    const allowed = policies.allowed(from, to);
    return ports.flatMap((text) => {
      const [protocol = "", number] = text.split(" ");
      const port = Number(number);
      const ours = { certain: allowed.certain.has(protocol, port), possible: allowed.possible.has(protocol, port) };
      return readings.map((reading) => ({ from, to, protocol, port, reading, ours }));
    });
  });
  const answers = cyclonus(objects, questions);
  const wrong = questions.filter(({ reading, ours }, index) => {
    const theirs = { certain: answers[index]!.every(Boolean), possible: answers[index]!.some(Boolean) };
    const differs = (kind: keyof typeof ours) => ours[kind] !== theirs[kind];
    if (reading === "blocks match pods") return differs("possible");
    if (reading === "blocks match no pods") return differs("certain");
    return differs("certain") || differs("possible");
  });
  return {
    wrong: wrong.map(
      ({ from, to, protocol, port, reading }) => `${from.name} -> ${to.name} ${protocol} ${port}, ${reading}`,
    ),
    open: answers.flat().filter(Boolean).length,
    asked: answers.flat().length,
  };
}

/** The borders of all port ranges in the policies and their neighbours, such as `TCP 8732`. */
function mentionedPorts(objects: readonly KubernetesObject[]): string[] {
  const rules: any[] = objects
    .filter(({ kind }) => kind === "NetworkPolicy")
    .flatMap(({ spec }: any) => [...(spec.egress ?? []), ...(spec.ingress ?? [])]);
  const borders = rules
    .flatMap(({ ports }) => ports ?? [])
    .filter(({ port }) => typeof port === "number")
    .flatMap(({ protocol = "TCP", port, endPort = port }) =>
      [port - 1, port, endPort, endPort + 1].filter((one) => one > 0 && one < 65536).map((one) => `${protocol} ${one}`),
    );
  return [...new Set(borders)];
}

describeReal("an independent evaluation of the policies", { programs: ["cyclonus"] }, () => {
  test.each(exampleFiles)(
    "agrees about every pair and every port of %s",
    (file) => {
      const configuration = exampleConfiguration(undefined, file);
      const objects = bakerObjects(synthesise(configuration));
      const { wrong, open, asked } = differences(
        objects,
        pairs(endpointsOf(objects, configuration.google.ranges)),
        [22, 10250],
      );
      expect(wrong).toEqual([]);
      expect(open).toBeGreaterThan(10);
      expect(asked).toBeGreaterThan(1000);
    },
    300_000,
  );

  test.each(Array.from({ length: 30 }, (_, index) => index + 1))("agrees about a random cluster, seed %i", (seed) => {
    const { objects, pods, addresses } = randomCluster(randomNumbers(seed));
    const ends = pods.flatMap((pod): [Endpoint, Endpoint][] => [
      ...[...pods, ...addresses].map((other): [Endpoint, Endpoint] => [pod, other]),
      ...addresses.map((other): [Endpoint, Endpoint] => [other, pod]),
    ]);
    expect(differences(objects, ends, [80, 443]).wrong).toEqual([]);
  });
});

function randomCluster(random: () => number) {
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)]!;
  const some = <Item>(most: number, make: () => Item) =>
    Array.from({ length: Math.floor(random() * (most + 1)) }, make);
  const labels = () => Object.fromEntries(some(2, () => [pick(["a", "b"]), pick(["1", "2"])]));
  const selector = () =>
    pick([
      () => ({}),
      () => ({ matchLabels: labels() }),
      () => ({ matchExpressions: [{ key: pick(["a", "b"]), operator: pick(["Exists", "DoesNotExist"]) }] }),
      () => ({ matchLabels: labels(), matchExpressions: [{ key: "a", operator: "In", values: [pick(["1", "2"])] }] }),
      // NotIn also matches pods without the label, which cyclonus 0.5.6 gets wrong: so the label must exist.
      () => ({
        matchExpressions: [
          { key: "b", operator: "Exists" },
          { key: "b", operator: "NotIn", values: [pick(["1", "2"])] },
        ],
      }),
    ])();
  const peer = () =>
    pick([
      () => ({ podSelector: selector() }),
      () => ({ namespaceSelector: selector() }),
      () => ({ namespaceSelector: selector(), podSelector: selector() }),
      () => ({ ipBlock: { cidr: pick(["0.0.0.0/0", "10.0.0.0/8"]), except: pick([undefined, ["10.244.0.0/31"]]) } }),
      () => ({ ipBlock: { cidr: pick(["10.244.0.0/30", "8.8.8.0/24"]) } }),
    ])();
  const port = () =>
    pick([
      () => ({ port: pick([80, 443]) }),
      () => ({ port: 80, endPort: pick([80, 90]), protocol: "TCP" }),
      () => ({ port: "web", protocol: pick(["TCP", "UDP"]) }),
      () => ({ protocol: pick(["TCP", "UDP", "SCTP"]) }),
    ])();
  const namespaces = ["x", "y"];
  const policy = (_: unknown, index: number): KubernetesObject => ({
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: `p${index}`, namespace: pick(namespaces) },
    spec: {
      podSelector: selector(),
      policyTypes: pick([["Ingress"], ["Egress"], ["Ingress", "Egress"]]),
      ingress: some(2, () => ({ from: some(2, peer), ports: some(2, port) })),
      egress: some(2, () => ({ to: some(2, peer), ports: some(2, port) })),
    },
  });
  const pods = Array.from({ length: 5 }, (_, index): PodEndpoint => {
    const addresses = [addressRange(`10.244.0.${index}/32`)];
    const namedPorts = pick([[], [{ name: "web", port: pick([80, 443]), protocol: "TCP" }]]);
    return {
      name: `pod${index}`,
      namespace: pick(namespaces),
      labels: labels(),
      addresses,
      reachableAt: addresses,
      namedPorts,
    };
  });
  const addresses = ["8.8.8.8/32", "10.1.1.1/32", "169.254.169.254/32"].map((cidr): AddressEndpoint => ({
    name: cidr,
    addresses: [addressRange(cidr)],
  }));
  const objects: KubernetesObject[] = [
    ...namespaces.map((name) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name, labels: labels() } })),
    ...Array.from({ length: 1 + Math.floor(random() * 5) }, policy),
  ];
  return { objects, pods, addresses };
}
