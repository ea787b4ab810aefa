import { addressRange, type AddressRange, overlap, without } from "./address-ranges";
import type { KubernetesObject } from "../convert/kubernetes-objects";
import { type PolicyPort, PortSet } from "./port-set";

/** Labels of a pod or a namespace. */
export type Labels = Readonly<Record<string, string>>;

/** A pod as an endpoint of a connection. */
export interface PodEndpoint {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Labels;
  /** Addresses that it can have. */
  readonly addresses: readonly AddressRange[];
  /** Addresses at which it can be reached: its own, and those of Services. */
  readonly reachableAt: readonly AddressRange[];
  /** Named ports of its containers. */
  readonly namedPorts: readonly NamedPort[];
}

/** A port of a container that has a name. */
export interface NamedPort {
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
}

/** Addresses other than those of pods. */
export interface AddressEndpoint {
  readonly name: string;
  readonly addresses: readonly AddressRange[];
}

/** An endpoint of a connection. */
export type Endpoint = PodEndpoint | AddressEndpoint;

/**
 * The ports that are open. The specification leaves open whether an ipBlock also matches pods with such an address
 * (https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-to-and-from-selectors).
 */
export interface Allowed {
  /** In every implementation, and for all addresses of an endpoint. */
  readonly certain: PortSet;
  /** In some implementation (an ipBlock matches pods in Calico, but never in Cilium), or for some of the addresses. */
  readonly possible: PortSet;
}

/** Whether an endpoint is a pod. */
export const isPod = (end: Endpoint): end is PodEndpoint => "namespace" in end;

const everything: Allowed = { certain: PortSet.of([]), possible: PortSet.of([]) };
const nothing: Allowed = { certain: new PortSet(), possible: new PortSet() };

/**
 * Evaluates NetworkPolicies as the API reference defines them. Traffic between a pod and its own VM is always allowed and
 * is not considered here.
 */
/* eslint-disable @typescript-eslint/no-explicit-any -- objects of Kubernetes' API, read by path */
export class NetworkPolicies {
  private readonly policies: any[];
  /** Labels by namespace. */
  private readonly namespaces: ReadonlyMap<string, Labels>;

  /** @param objects policies and namespaces; others are ignored. A missing namespace only has the label of its name. */
  constructor(objects: readonly KubernetesObject[]) {
    this.policies = objects.filter(({ kind }) => kind === "NetworkPolicy");
    this.namespaces = new Map(
      objects
        .filter(({ kind }) => kind === "Namespace")
        .map(({ metadata: { name, labels } }) => [name, labels ?? {}] as const),
    );
  }

  /** Ports of `to` that `from` can connect to: the policies of both must allow it. */
  allowed(from: Endpoint, to: Endpoint): Allowed {
    const egress = this.egress(from, to);
    const ingress = this.ingress(from, to);
    return {
      certain: PortSet.both(egress.certain, ingress.certain),
      possible: PortSet.both(egress.possible, ingress.possible),
    };
  }

  /** Ports of `to` that the policies of `from` allow. */
  egress(from: Endpoint, to: Endpoint): Allowed {
    return this.oneSide("Egress", from, to, isPod(to) ? to.reachableAt : to.addresses, to);
  }

  /** Ports of `to` that the policies of `to` allow for `from`. */
  ingress(from: Endpoint, to: Endpoint): Allowed {
    return this.oneSide("Ingress", to, from, from.addresses, to);
  }

  private oneSide(
    type: "Egress" | "Ingress",
    subject: Endpoint,
    peer: Endpoint,
    peerAddresses: readonly AddressRange[],
    destination: Endpoint,
  ): Allowed {
    if (!isPod(subject)) return everything;
    const policies = this.policies.filter((policy) => typesOf(policy).includes(type) && selects(policy, subject));
    if (policies.length === 0) return everything;
    return policies
      .flatMap((policy) => {
        const rules: any[] = (type === "Egress" ? policy.spec.egress : policy.spec.ingress) ?? [];
        return rules.map((rule) => {
          const peers: any[] = (type === "Egress" ? rule.to : rule.from) ?? [];
          const ports = portsOf(rule.ports ?? [], destination);
          const matching =
            peers.length === 0 ? [always] : peers.map((one) => this.matchesPeer(one, policy, peer, peerAddresses));
          return {
            certain: matching.some(({ certain }) => certain) ? ports : new PortSet(),
            possible: matching.some(({ possible }) => possible) ? ports : new PortSet(),
          };
        });
      })
      .reduce(union, nothing);
  }

  /** Whether a peer of a rule matches an endpoint. */
  private matchesPeer(entry: any, policy: any, end: Endpoint, addresses: readonly AddressRange[]) {
    if (entry.ipBlock) {
      const block = blockRanges(entry.ipBlock);
      const covers = without(addresses, block).length === 0;
      return { certain: !isPod(end) && covers, possible: overlap(addresses, block) };
    }
    if (!isPod(end)) return never;
    const inNamespace = entry.namespaceSelector
      ? matches(entry.namespaceSelector, this.namespaceLabels(end.namespace))
      : end.namespace === namespaceOf(policy);
    return inNamespace && matches(entry.podSelector ?? {}, end.labels) ? always : never;
  }

  private namespaceLabels(name: string): Labels {
    // Kubernetes puts this label on every namespace.
    return { ...this.namespaces.get(name), "kubernetes.io/metadata.name": name };
  }
}

const always = { certain: true, possible: true };
const never = { certain: false, possible: false };

function union(a: Allowed, b: Allowed): Allowed {
  return { certain: PortSet.union(a.certain, b.certain), possible: PortSet.union(a.possible, b.possible) };
}

const namespaceOf = (policy: any): string => policy.metadata.namespace ?? "default";

/** Whether a policy applies to a pod. */
export function selects(policy: any, { namespace, labels }: PodEndpoint): boolean {
  return namespace === namespaceOf(policy) && matches(policy.spec.podSelector ?? {}, labels);
}

/** The API server's default: always Ingress, and Egress if there are egress rules. */
function typesOf({ spec }: any): string[] {
  return spec.policyTypes ?? ["Ingress", ...(spec.egress?.length > 0 ? ["Egress"] : [])];
}

function blockRanges({ cidr, except = [] }: { readonly cidr: string; readonly except?: string[] }): AddressRange[] {
  return without([addressRange(cidr)], except.map(addressRange));
}

/** A named port stands for the number that the destination's containers give it, which differs between pods. */
function portsOf(ports: readonly PolicyPort[], destination: Endpoint): PortSet {
  if (ports.length === 0) return PortSet.of([]);
  const numbered = ports.flatMap((port): PolicyPort[] => {
    if (typeof port.port !== "string") return [port];
    const named = isPod(destination) ? destination.namedPorts : [];
    return named.filter(({ name, protocol }) => name === port.port && protocol === (port.protocol ?? "TCP"));
  });
  return numbered.length === 0 ? new PortSet() : PortSet.of(numbered);
}

/** Whether a label selector matches; an empty one matches everything. */
export function matches(selector: any, labels: Labels): boolean {
  const byLabel = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  return byLabel && (selector.matchExpressions ?? []).every((expression: any) => meets(expression, labels));
}

function meets({ key, operator, values = [] }: any, labels: Labels): boolean {
  const value = labels[key];
  switch (operator) {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    default:
      throw new Error(`${operator} is not an operator of label selectors`);
  }
}
