import { addressRange, type AddressRange, overlap, without } from "./address-ranges";
import type { KubernetesObject } from "../convert/kubernetes-objects";
import { type PolicyPort, PortSet } from "./port-set";

export type Labels = Readonly<Record<string, string>>;

/** A pod at one end of a connection. */
export interface PodEnd {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Labels;
  /** Addresses that it may have. */
  readonly addresses: readonly AddressRange[];
  /** Addresses at which it may be dialled: its own, and those of Services. */
  readonly dialledAt: readonly AddressRange[];
  /** Names of its containers' ports. */
  readonly namedPorts: readonly NamedPort[];
}

export interface NamedPort {
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
}

/** Something that is no pod, by its addresses. */
export interface AddressEnd {
  readonly name: string;
  readonly addresses: readonly AddressRange[];
}

export type End = PodEnd | AddressEnd;

/** What may pass. The specification leaves open whether a block of addresses means pods too that have such an address. */
export interface Allowed {
  /** By every reading, and for all of an end's addresses. */
  readonly certain: PortSet;
  /** By some reading (Cilium's blocks never mean pods, Calico's do), and for some of an end's addresses. */
  readonly possible: PortSet;
}

export const isPod = (end: End): end is PodEnd => "namespace" in end;

const everything: Allowed = { certain: PortSet.of([]), possible: PortSet.of([]) };
const nothing: Allowed = { certain: new PortSet(), possible: new PortSet() };

/**
 * What NetworkPolicies let through, as the API's reference says it. A pod and its own VM always reach each other,
 * whatever the policies say: that is not looked at here.
 */
/* eslint-disable @typescript-eslint/no-explicit-any -- objects of Kubernetes' API, read by path */
export class NetworkPolicies {
  private readonly policies: any[];
  /** Labels by namespace. */
  private readonly namespaces: ReadonlyMap<string, Labels>;

  /** @param objects policies and namespaces; others are passed over. A namespace that is missing has its name only. */
  constructor(objects: readonly KubernetesObject[]) {
    this.policies = objects.filter(({ kind }) => kind === "NetworkPolicy");
    this.namespaces = new Map(
      objects
        .filter(({ kind }) => kind === "Namespace")
        .map(({ metadata: { name, labels } }) => [name, labels ?? {}] as const),
    );
  }

  /** Ports at `to` that connections of `from` may reach: both ends' policies must allow it. */
  allowed(from: End, to: End): Allowed {
    const egress = this.egress(from, to);
    const ingress = this.ingress(from, to);
    return {
      certain: PortSet.both(egress.certain, ingress.certain),
      possible: PortSet.both(egress.possible, ingress.possible),
    };
  }

  /** What the policies of `from` say about connections to `to`. */
  egress(from: End, to: End): Allowed {
    return this.oneSide("Egress", from, to, isPod(to) ? to.dialledAt : to.addresses, to);
  }

  /** What the policies of `to` say about connections from `from`. */
  ingress(from: End, to: End): Allowed {
    return this.oneSide("Ingress", to, from, from.addresses, to);
  }

  private oneSide(
    type: "Egress" | "Ingress",
    subject: End,
    peer: End,
    peerAddresses: readonly AddressRange[],
    destination: End,
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
          const means =
            peers.length === 0 ? [always] : peers.map((one) => this.means(one, policy, peer, peerAddresses));
          return {
            certain: means.some(({ certain }) => certain) ? ports : new PortSet(),
            possible: means.some(({ possible }) => possible) ? ports : new PortSet(),
          };
        });
      })
      .reduce(union, nothing);
  }

  /** Whether an entry of a rule's list means that end. */
  private means(entry: any, policy: any, end: End, addresses: readonly AddressRange[]) {
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

/** Whether a policy is one for that pod. */
export function selects(policy: any, { namespace, labels }: PodEnd): boolean {
  return namespace === namespaceOf(policy) && matches(policy.spec.podSelector ?? {}, labels);
}

/** The API server's default: Ingress always, Egress where there are rules for it. */
function typesOf({ spec }: any): string[] {
  return spec.policyTypes ?? ["Ingress", ...(spec.egress?.length > 0 ? ["Egress"] : [])];
}

function blockRanges({ cidr, except = [] }: { readonly cidr: string; readonly except?: string[] }): AddressRange[] {
  return without([addressRange(cidr)], except.map(addressRange));
}

/** A port's name means whatever number the destination's containers give it: another one on each pod, or none. */
function portsOf(ports: readonly PolicyPort[], destination: End): PortSet {
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
      throw new Error(`a label selector has no operator ${operator}`);
  }
}
