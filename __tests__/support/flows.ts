import type { KubernetesObject } from "./kubernetes-objects";
import { both, onlyFirst, PortSet } from "./port-set";

/** Pods of one kind, by their labels. */
interface Workload {
  /** Such as `baking-node hodl-farm`: the recommended labels name and instance. */
  readonly name: string;
  readonly namespace: string;
  readonly labels: Labels;
}
type Labels = Readonly<Record<string, string>>;

/** What one side's policies let through between two ends, of which at least one is a workload of ours. */
interface Pair {
  readonly from: string;
  readonly to: string;
  /** Both ends are ours, so both sides must allow it. */
  readonly inside: boolean;
  readonly egress: PortSet;
  readonly ingress: PortSet;
}

/**
 * Every network flow that the NetworkPolicies allow, one a line, sorted: `baking-node hodl-farm -> signer-forwarder 1 :
 * TCP 8445`. What only one side of two of our own pods allows says so: it is not let through. Lists of exceptions are
 * notes at the end.
 */
export function flowTable(objects: readonly KubernetesObject[]): string {
  const policies = new Policies(objects);
  const lines = policies.pairs().flatMap(({ from, to, inside, egress, ingress }) => {
    const line = (ports: PortSet, note: string) => (ports.isEmpty ? [] : [`${from} -> ${to} : ${ports}${note}`]);
    if (!inside) return line(PortSet.union(egress, ingress), "");
    return [
      ...line(both(egress, ingress), ""),
      ...line(onlyFirst(egress, ingress), "  (only the sender allows it)"),
      ...line(onlyFirst(ingress, egress), "  (only the receiver allows it)"),
    ];
  });
  return `${[...lines.sort(), ...policies.notes()].join("\n")}\n`;
}

/**
 * What is wrong with the NetworkPolicies: pods that are not shut off in both directions before flows are allowed, flows
 * that only one side allows, selectors that select nothing. Empty when all is well.
 */
export function flowProblems(objects: readonly KubernetesObject[]): string[] {
  const policies = new Policies(objects);
  const oneSided = policies.pairs().flatMap(({ from, to, inside, egress, ingress }) => {
    if (!inside) return [];
    const problem = (side: string, ports: PortSet) =>
      ports.isEmpty ? [] : [`${from} -> ${to} : ${ports}: only the ${side} allows it`];
    return [...problem("sender", onlyFirst(egress, ingress)), ...problem("receiver", onlyFirst(ingress, egress))];
  });
  return [...policies.notDenied(), ...policies.selectorsOfNothing(), ...oneSided].sort();
}

/* eslint-disable @typescript-eslint/no-explicit-any -- objects of Kubernetes' API, read by path */
class Policies {
  private readonly workloads: Workload[];
  private readonly namespaces: { readonly name: string; readonly labels: Labels }[];
  private readonly policies: any[];
  private readonly exceptions: string[] = [];

  constructor(objects: readonly KubernetesObject[]) {
    this.workloads = objects.flatMap(workloadOf);
    this.namespaces = objects
      .filter(({ kind }) => kind === "Namespace")
      .map(({ metadata: { name, labels } }) => ({ name, labels: { ...labels, [nameLabel]: name } }));
    this.policies = objects.filter(({ kind }) => kind === "NetworkPolicy");
  }

  pairs(): Pair[] {
    const pairs = new Map<string, Pair>();
    for (const direction of ["egress", "ingress"] as const) {
      for (const { workload, peers, ports } of this.allowed(direction)) {
        for (const peer of peers) {
          const [from, to] = direction === "egress" ? [workload.name, peer.name] : [peer.name, workload.name];
          const pair = pairs.get(`${from} -> ${to}`) ?? {
            from,
            to,
            inside: peer.inside,
            egress: new PortSet(),
            ingress: new PortSet(),
          };
          pairs.set(`${from} -> ${to}`, { ...pair, [direction]: PortSet.union(pair[direction], ports) });
        }
      }
    }
    return [...pairs.values()];
  }

  /** The lists of exceptions to which lines of the table refer. */
  notes(): string[] {
    return this.exceptions.map((list, index) => `[${index + 1}] ${list}`);
  }

  notDenied(): string[] {
    const denied = new Set(this.policies.filter(deniesEverything).map((policy) => policy.metadata.namespace));
    const namespaces = new Set(this.workloads.map(({ namespace }) => namespace));
    return [...namespaces]
      .filter((namespace) => !denied.has(namespace))
      .map(
        (namespace) => `namespace ${namespace} has no policy that denies everything to all pods, in both directions`,
      );
  }

  selectorsOfNothing(): string[] {
    return this.policies.flatMap((policy) => {
      const { name, namespace } = policy.metadata;
      const selected = this.selected(policy).length > 0 ? [] : [`policy ${name} selects no pod`];
      const peers = rulesOf(policy, "egress")
        .flatMap(({ to }) => to ?? [])
        .concat(rulesOf(policy, "ingress").flatMap(({ from }) => from ?? []))
        .filter((peer) => peer.podSelector && !peer.namespaceSelector && this.pods(peer, namespace).length === 0)
        .map((peer) => `policy ${name} names a peer that is no pod: ${selectorText(peer.podSelector)}`);
      return [...selected, ...peers];
    });
  }

  private allowed(direction: "egress" | "ingress") {
    return this.policies.flatMap((policy) =>
      rulesOf(policy, direction).flatMap((rule) => {
        const named: any[] = (direction === "egress" ? rule.to : rule.from) ?? [];
        const peers =
          named.length === 0
            ? [{ name: "anywhere", inside: false }]
            : named.flatMap((peer) => this.peers(peer, policy));
        return this.selected(policy).map((workload) => ({ workload, peers, ports: PortSet.of(rule.ports ?? []) }));
      }),
    );
  }

  private selected(policy: any): Workload[] {
    return this.workloads.filter(
      ({ namespace, labels }) => namespace === policy.metadata.namespace && matches(policy.spec.podSelector, labels),
    );
  }

  private peers(peer: any, policy: any): { readonly name: string; readonly inside: boolean }[] {
    if (peer.ipBlock) return [{ name: this.networkName(peer.ipBlock), inside: false }];
    const inside = this.pods(peer, policy.metadata.namespace).map(({ name }) => ({ name, inside: true }));
    return this.reachesOtherNamespaces(peer) ? [...inside, { name: strangers(peer), inside: false }] : inside;
  }

  private pods(peer: any, ownNamespace: string): Workload[] {
    const namespaces = peer.namespaceSelector
      ? this.namespaces.filter(({ labels }) => matches(peer.namespaceSelector, labels)).map(({ name }) => name)
      : [ownNamespace];
    return this.workloads.filter(
      ({ namespace, labels }) => namespaces.includes(namespace) && matches(peer.podSelector ?? {}, labels),
    );
  }

  private reachesOtherNamespaces(peer: any): boolean {
    if (!peer.namespaceSelector) return false;
    const only = peer.namespaceSelector.matchLabels?.[nameLabel];
    return !this.namespaces.some(({ name }) => name === only);
  }

  private networkName({ cidr, except }: { readonly cidr: string; readonly except?: string[] }): string {
    if (!except?.length) return cidr;
    const list = `except ${except.join(", ")}`;
    if (!this.exceptions.includes(list)) this.exceptions.push(list);
    return `${cidr} [${this.exceptions.indexOf(list) + 1}]`;
  }
}

/** Kubernetes puts it on every namespace. */
const nameLabel = "kubernetes.io/metadata.name";

function workloadOf({ kind, metadata, spec }: KubernetesObject): Workload[] {
  if (!["Deployment", "StatefulSet"].includes(kind)) return [];
  const labels: Labels = (spec as any).template.metadata.labels ?? {};
  const name = [labels["app.kubernetes.io/name"] ?? metadata.name, labels["app.kubernetes.io/instance"]]
    .filter(Boolean)
    .join(" ");
  return [{ name, namespace: metadata.namespace ?? "default", labels }];
}

function rulesOf({ spec }: any, direction: "egress" | "ingress"): any[] {
  const type = direction === "egress" ? "Egress" : "Ingress";
  return spec.policyTypes?.includes(type) ? (spec[direction] ?? []) : [];
}

function deniesEverything({ spec }: any): boolean {
  const types = [...(spec.policyTypes ?? [])].sort().join();
  return (
    types === "Egress,Ingress" &&
    Object.keys(spec.podSelector).length === 0 &&
    !spec.ingress?.length &&
    !spec.egress?.length
  );
}

function matches(selector: any, labels: Labels): boolean {
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

function strangers({ namespaceSelector, podSelector }: any): string {
  const pods = podSelector ? `pods ${selectorText(podSelector)}` : "all pods";
  const only = namespaceSelector.matchLabels?.[nameLabel];
  return `${pods} of ${only ? `namespace ${only}` : `namespaces ${selectorText(namespaceSelector)}`}`;
}

function selectorText(selector: any): string {
  const labels = Object.entries(selector.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  const expressions = (selector.matchExpressions ?? []).map(({ key, operator, values }: any) =>
    [key, operator, ...(values?.length ? [`(${values.join(", ")})`] : [])].join(" "),
  );
  return [...labels, ...expressions].join(", ") || "of any label";
}
