import type { Configuration } from "../../lib/config/schema/configuration";
import { addressRange, type AddressRange, without } from "./address-ranges";
import type { KubernetesObject } from "../convert/kubernetes-objects";
import { type AddressEnd, type End, matches, NetworkPolicies, type PodEnd, selects } from "./network-policies";
import { PortSet } from "./port-set";

type Ranges = Configuration["google"]["ranges"];

/** Everything that can be at one end of a connection with a pod of ours, each thing once. */
export interface Ends {
  /** One pod of each kind, such as `baking-node hodl-farm`: the recommended labels name and instance. */
  readonly own: readonly PodEnd[];
  /** Pods that are not ours, and one that is in our namespace without being one of the above. */
  readonly strangers: readonly PodEnd[];
  /** All IPv4 addresses that no pod has. */
  readonly addresses: readonly AddressEnd[];
}

/** What passes between two ends. */
export interface Access {
  readonly from: string;
  readonly to: string;
  /** Such as `TCP 8732, UDP 53`. */
  readonly ports: string;
}

const explanation = `# Who may open connections to whom, by the network policies, with every port that is open.
# A kind of pod to itself means to another pod of the kind. A connection to a Service counts as one to its pods.
# A part of the internet that a policy names stands by itself; "internet" is the rest.
# No policy can part a pod from its own VM, by Kubernetes' own rule; the VMs here are the others.
# "by some readings": blocks of addresses mean pods with Calico and none with Cilium, which is GKE's Dataplane V2.
#
# Every pair of these was looked at, both ways; what does not stand below can't connect at all:
`;

/** The truth table of network access: the ends that were looked at, then what is open, a pair a line, sorted. */
export function accessTable(objects: readonly KubernetesObject[], ranges: Ranges): string {
  const { own, strangers, addresses } = endsOf(objects, ranges);
  const open = access(objects, ranges);
  const lines = [
    ...open.map(({ from, to, ports }) => `${from} -> ${to} : ${ports}`),
    ...own.filter(({ name }) => !open.some(({ from }) => from === name)).map(({ name }) => `${name} -> nobody`),
    ...own.filter(({ name }) => !open.some(({ to }) => to === name)).map(({ name }) => `nobody -> ${name}`),
  ];
  const looked = (title: string, ends: readonly End[]) => ends.map(({ name }) => `#   ${title}: ${name}\n`).join("");
  return [
    explanation,
    ...[looked("our pods", own), looked("other pods", strangers), looked("addresses", addresses)],
    `\n${lines.sort().join("\n")}\n`,
  ].join("");
}

/** What is open, between every two ends of which one at least is a pod of ours. */
export function access(objects: readonly KubernetesObject[], ranges: Ranges): Access[] {
  const policies = new NetworkPolicies(objects);
  return pairs(endsOf(objects, ranges)).flatMap(([from, to]) => {
    const { certain, possible } = policies.allowed(from, to);
    const doubtful = PortSet.onlyFirst(possible, certain);
    const ports = [
      ...(certain.isEmpty ? [] : [String(certain)]),
      ...(doubtful.isEmpty ? [] : [`by some readings ${doubtful}`]),
    ];
    return ports.length > 0 ? [{ from: from.name, to: to.name, ports: ports.join("; ") }] : [];
  });
}

/**
 * What is wrong with the policies: flows of ours that only one end allows, selectors that select nothing. Empty when
 * all is well.
 */
export function policyProblems(objects: readonly KubernetesObject[], ranges: Ranges): string[] {
  const policies = new NetworkPolicies(objects);
  const { own } = endsOf(objects, ranges);
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
function selectorsOfNothing(objects: readonly KubernetesObject[], own: readonly PodEnd[]): string[] {
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
          .map(({ podSelector }) => `policy ${name} names a peer that is no pod: ${JSON.stringify(podSelector)}`),
      ];
    });
}

/** All pairs of which one at least is a pod of ours: the one that dials first. */
export function pairs({ own, strangers, addresses }: Ends): [End, End][] {
  const others: readonly End[] = [...strangers, ...addresses];
  return own.flatMap((pod): [End, End][] => [
    ...own.map((other): [End, End] => [pod, other]),
    ...others.flatMap((other): [End, End][] => [
      [pod, other],
      [other, pod],
    ]),
  ]);
}

/** The ends that there are, by the objects and by the network's ranges. */
export function endsOf(objects: readonly KubernetesObject[], ranges: Ranges): Ends {
  const own = objects.flatMap((object) => ownPod(object, objects, ranges));
  return { own, strangers: strangers(own, ranges), addresses: addressEnds(objects, ranges) };
}

function ownPod({ kind, metadata, spec }: any, objects: readonly KubernetesObject[], ranges: Ranges): PodEnd[] {
  if (!["Deployment", "StatefulSet"].includes(kind)) return [];
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
  return [podEnd(name.filter(Boolean).join(" "), namespace, labels, ranges, external, namedPorts)];
}

function podEnd(
  name: string,
  namespace: string,
  labels: PodEnd["labels"],
  ranges: Ranges,
  external: readonly AddressRange[] = [],
  namedPorts: PodEnd["namedPorts"] = [],
): PodEnd {
  // Which of them it gets is chance. Whether a policy sees a Service's address or the pod's is left open, too.
  const addresses = [addressRange(ranges.pods)];
  return {
    ...{ name, namespace, labels, namedPorts, addresses },
    dialledAt: [...addresses, addressRange(ranges.services), ...external],
  };
}

function strangers(own: readonly PodEnd[], ranges: Ranges): PodEnd[] {
  const namespaces = [...new Set(own.map(({ namespace }) => namespace))];
  return [
    ...namespaces.map((namespace) => podEnd(`any other pod of ${namespace}`, namespace, {}, ranges)),
    podEnd("kube-dns", "kube-system", { "k8s-app": "kube-dns" }, ranges),
    podEnd("any other pod of kube-system", "kube-system", {}, ranges),
    podEnd("managed Prometheus of gmp-system", "gmp-system", { "app.kubernetes.io/name": "collector" }, ranges),
    podEnd("any other pod of gmp-system", "gmp-system", {}, ranges),
    podEnd("any pod of another namespace", "default", {}, ranges),
  ];
}

/** Private and special-purpose ranges: none of them is the internet. Those for documentation are, in the examples. */
const special = [
  ...["0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24"],
  ...["192.168.0.0/16", "198.18.0.0/15", "224.0.0.0/3"],
];

/** All addresses but the pods', cut where what is there changes, and where a policy's block begins and ends. */
function addressEnds(objects: readonly KubernetesObject[], ranges: Ranges): AddressEnd[] {
  const named: [name: string, cidrs: string[]][] = [
    ["metadata server and Cloud DNS 169.254.169.254", ["169.254.169.254/32"]],
    ["workload identity 169.254.169.252", ["169.254.169.252/32"]],
    ["NodeLocal DNSCache 169.254.20.10", ["169.254.20.10/32"]],
    [`VMs ${ranges.nodes}`, [ranges.nodes]],
    [`Services ${ranges.services}`, [ranges.services]],
    [`control plane ${ranges.controlPlane}`, [ranges.controlPlane]],
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

/** What blocks of addresses the policies name, narrow ones first. */
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
