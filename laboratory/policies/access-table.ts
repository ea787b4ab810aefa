import type { Configuration } from "../../lib/config/schema/configuration";
import { addressRange, type AddressRange, without } from "./address-ranges";
import type { KubernetesObject } from "../convert/kubernetes-objects";
import {
  type AddressEndpoint,
  type Endpoint,
  matches,
  NetworkPolicies,
  type PodEndpoint,
  selects,
} from "./network-policies";
import { PortSet } from "./port-set";

type Ranges = Configuration["google"]["ranges"];

/** All possible endpoints of connections with the deployment's pods, without duplicates. */
export interface Endpoints {
  /** One pod of each kind, named by its labels name and instance, such as `baking-node hodl-farm`. */
  readonly own: readonly PodEndpoint[];
  /** Pods of others, and a pod in the deployment's namespace that is none of the above. */
  readonly foreignPods: readonly PodEndpoint[];
  /** All IPv4 addresses outside the pods' range. */
  readonly addresses: readonly AddressEndpoint[];
}

/** The open ports between two endpoints. */
export interface Access {
  readonly from: string;
  readonly to: string;
  /** For example `TCP 8732, UDP 53`. */
  readonly ports: string;
}

const explanation = `# The connections that the network policies allow, with all open ports.
# "a -> a" is a connection between two pods of the same kind. A connection to a Service counts as one to its pods.
# Blocks of the internet that a policy names are listed separately; "internet" is the rest.
# A pod and its own VM can always reach each other (a rule of Kubernetes); the VMs listed here are the others.
# "in some implementations": an ipBlock matches pods in Calico, but not in Cilium, on which GKE's Dataplane V2 is based.
#
# Every pair of these endpoints was evaluated in both directions; connections that are not listed are denied:
`;

/** The table of network access: the endpoints that were evaluated, then the allowed connections, one a line, sorted. */
export function accessTable(objects: readonly KubernetesObject[], ranges: Ranges): string {
  const { own, foreignPods, addresses } = endpointsOf(objects, ranges);
  const open = access(objects, ranges);
  const lines = [
    ...open.map(({ from, to, ports }) => `${from} -> ${to} : ${ports}`),
    ...own.filter(({ name }) => !open.some(({ from }) => from === name)).map(({ name }) => `${name} -> nobody`),
    ...own.filter(({ name }) => !open.some(({ to }) => to === name)).map(({ name }) => `nobody -> ${name}`),
  ];
  const evaluated = (title: string, endpoints: readonly Endpoint[]) =>
    endpoints.map(({ name }) => `#   ${title}: ${name}\n`).join("");
  return [
    explanation,
    ...[evaluated("own pods", own), evaluated("other pods", foreignPods), evaluated("addresses", addresses)],
    `\n${lines.sort().join("\n")}\n`,
  ].join("");
}

/** The allowed connections between all pairs of endpoints of which at least one is an own pod. */
export function access(objects: readonly KubernetesObject[], ranges: Ranges): Access[] {
  const policies = new NetworkPolicies(objects);
  return pairs(endpointsOf(objects, ranges)).flatMap(([from, to]) => {
    const { certain, possible } = policies.allowed(from, to);
    const uncertain = PortSet.onlyFirst(possible, certain);
    const ports = [
      ...(certain.isEmpty ? [] : [String(certain)]),
      ...(uncertain.isEmpty ? [] : [`in some implementations ${uncertain}`]),
    ];
    return ports.length > 0 ? [{ from: from.name, to: to.name, ports: ports.join("; ") }] : [];
  });
}

/** Problems of the policies: flows between own pods that only one side allows, and selectors that match no pod. */
export function policyProblems(objects: readonly KubernetesObject[], ranges: Ranges): string[] {
  const policies = new NetworkPolicies(objects);
  const { own } = endpointsOf(objects, ranges);
  const oneSided = own.flatMap((from) =>
    own.flatMap((to) => {
      const [egress, ingress] = [policies.egress(from, to).certain, policies.ingress(from, to).certain];
      const problem = (side: string, ports: PortSet) =>
        ports.isEmpty ? [] : [`${from.name} -> ${to.name} : ${ports}: only the ${side} allows it`];
      return [
        ...problem("sender", PortSet.onlyFirst(egress, ingress)),
        ...problem("receiver", PortSet.onlyFirst(ingress, egress)),
      ];
    }),
  );
  return [...oneSided, ...selectorsOfNothing(objects, own)].sort();
}

/* eslint-disable @typescript-eslint/no-explicit-any -- objects of Kubernetes' API, read by path */
function selectorsOfNothing(objects: readonly KubernetesObject[], own: readonly PodEndpoint[]): string[] {
  return objects
    .filter(({ kind }) => kind === "NetworkPolicy")
    .flatMap(({ metadata: { name, namespace }, spec }: any) => {
      const selected = own.some((pod) => selects({ metadata: { namespace }, spec }, pod));
      const peers: any[] = [...(spec.egress ?? []), ...(spec.ingress ?? [])].flatMap(
        ({ to, from }) => to ?? from ?? [],
      );
      return [
        ...(selected ? [] : [`policy ${name} selects no pod`]),
        ...peers
          .filter(({ podSelector, namespaceSelector }) => podSelector && !namespaceSelector)
          .filter(
            ({ podSelector }) => !own.some((pod) => selects({ metadata: { namespace }, spec: { podSelector } }, pod)),
          )
          .map(({ podSelector }) => `policy ${name} names a peer that matches no pod: ${JSON.stringify(podSelector)}`),
      ];
    });
}

/** All pairs of which at least one is an own pod: [source, destination]. */
export function pairs({ own, foreignPods, addresses }: Endpoints): [Endpoint, Endpoint][] {
  const others: readonly Endpoint[] = [...foreignPods, ...addresses];
  return own.flatMap((pod): [Endpoint, Endpoint][] => [
    ...own.map((other): [Endpoint, Endpoint] => [pod, other]),
    ...others.flatMap((other): [Endpoint, Endpoint][] => [
      [pod, other],
      [other, pod],
    ]),
  ]);
}

/** The endpoints that follow from the objects and from the network's ranges. */
export function endpointsOf(objects: readonly KubernetesObject[], ranges: Ranges): Endpoints {
  const own = objects.flatMap((object) => workloadPods(object, objects, ranges));
  return { own, foreignPods: foreignPods(own, ranges), addresses: addressEndpoints(objects, ranges) };
}

function workloadPods(
  { kind, metadata, spec }: any,
  objects: readonly KubernetesObject[],
  ranges: Ranges,
): PodEndpoint[] {
  if (!["DaemonSet", "Deployment", "Job", "StatefulSet"].includes(kind)) return [];
  const { metadata: podMetadata, spec: podSpec } = spec.template;
  const labels = podMetadata.labels ?? {};
  const name = [labels["app.kubernetes.io/name"] ?? metadata.name, labels["app.kubernetes.io/instance"]];
  const namespace = metadata.namespace ?? "default";
  const external = objects
    .filter((object: any) => object.kind === "Service" && object.metadata.namespace === namespace)
    .filter((service: any) => service.spec.loadBalancerIP && matches({ matchLabels: service.spec.selector }, labels))
    .map((service: any) => addressRange(service.spec.loadBalancerIP));
  const namedPorts = (podSpec?.containers ?? [])
    .flatMap((container: any) => container.ports ?? [])
    .filter((port: any) => port.name)
    .map((port: any) => ({ name: port.name, port: port.containerPort, protocol: port.protocol ?? "TCP" }));
  return [podEndpoint(name.filter(Boolean).join(" "), namespace, labels, ranges, external, namedPorts)];
}

function podEndpoint(
  name: string,
  namespace: string,
  labels: PodEndpoint["labels"],
  ranges: Ranges,
  external: readonly AddressRange[] = [],
  namedPorts: PodEndpoint["namedPorts"] = [],
): PodEndpoint {
  // Any of them: the specification also leaves open whether a policy applies to a Service's address or to the pod's.
  const addresses = [addressRange(ranges.pods)];
  return {
    ...{ name, namespace, labels, namedPorts, addresses },
    reachableAt: [...addresses, addressRange(ranges.services), ...external],
  };
}

function foreignPods(own: readonly PodEndpoint[], ranges: Ranges): PodEndpoint[] {
  const namespaces = [...new Set(own.map(({ namespace }) => namespace))];
  return [
    ...namespaces.map((namespace) => podEndpoint(`any other pod of ${namespace}`, namespace, {}, ranges)),
    podEndpoint("kube-dns", "kube-system", { "k8s-app": "kube-dns" }, ranges),
    podEndpoint("any other pod of kube-system", "kube-system", {}, ranges),
    podEndpoint("managed Prometheus of gmp-system", "gmp-system", { "app.kubernetes.io/name": "collector" }, ranges),
    podEndpoint("any other pod of gmp-system", "gmp-system", {}, ranges),
    podEndpoint("any pod of another namespace", "default", {}, ranges),
  ];
}

/**
 * Private and special-purpose ranges, which are not part of the internet
 * (https://www.iana.org/assignments/iana-ipv4-special-registry/). The examples use documentation addresses as public ones.
 */
const special = [
  ...["0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24"],
  ...["192.168.0.0/16", "198.18.0.0/15", "224.0.0.0/3"],
];

/** All addresses outside the pods' range, divided by purpose and at the borders of the policies' blocks. */
function addressEndpoints(objects: readonly KubernetesObject[], ranges: Ranges): AddressEndpoint[] {
  const named: [name: string, cidrs: string[]][] = [
    ["metadata server and Cloud DNS 169.254.169.254", ["169.254.169.254/32"]],
    ["workload identity 169.254.169.252", ["169.254.169.252/32"]],
    ["NodeLocal DNSCache 169.254.20.10", ["169.254.20.10/32"]],
    [`VMs ${ranges.nodes}`, [ranges.nodes]],
    [`Services ${ranges.services}`, [ranges.services]],
    ["other private and special addresses", special],
    ...blocks(objects).map((cidr): [string, string[]] => [`${cidr} of the internet`, [cidr]]),
    ["internet", ["0.0.0.0/0"]],
  ];
  let taken = [addressRange(ranges.pods)];
  return named.flatMap(([name, cidrs]) => {
    const addresses = without(cidrs.map(addressRange), taken);
    taken = [...taken, ...addresses];
    return addresses.length > 0 ? [{ name, addresses }] : [];
  });
}

/** The address blocks that the policies name, smallest first. */
function blocks(objects: readonly KubernetesObject[]): string[] {
  const cidrs = objects
    .filter(({ kind }) => kind === "NetworkPolicy")
    .flatMap(({ spec }: any) => [...(spec.egress ?? []), ...(spec.ingress ?? [])])
    .flatMap(({ to, from }: any) => to ?? from ?? [])
    .flatMap(({ ipBlock }: any) => (ipBlock ? [ipBlock.cidr as string] : []));
  const size = (cidr: string) => addressRange(cidr).last - addressRange(cidr).first;
  return [...new Set(cidrs)]
    .filter((cidr) => cidr !== "0.0.0.0/0")
    .sort((a, b) => size(a) - size(b) || (a < b ? -1 : 1));
}
