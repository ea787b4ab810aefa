import {
  NetworkPolicyV1,
  type NetworkPolicyV1SpecIngressFrom,
  type NetworkPolicyV1SpecIngressPorts,
} from "@cdktf/provider-kubernetes/lib/network-policy-v1";
import type { Construct } from "constructs";

/** A port on which something listens. */
export interface Port {
  readonly port: number;
  /** @default "TCP" */
  readonly protocol?: "TCP" | "UDP";
}

/**
 * Ports by name, or all of them. There are no ranges: Cilium, on which Dataplane V2 is based, ignored `endPort` until
 * version 1.16, or rejected the whole policy.
 * https://github.com/cilium/cilium/issues/28684
 */
export type Ports = Readonly<Record<string, Port>> | "all";

/** One end of a connection: pods of this namespace, or something outside of it. */
export interface Connectable {
  /** Part of the policies' names, such as public-node or internet. */
  readonly connectionName: string;
  /** The peers that match it in a network policy. */
  readonly policyPeers: NetworkPolicyV1SpecIngressFrom[];
  /** The ports on which it listens. "all" is for addresses outside the cluster that listen on ports of their choice. */
  readonly ports: Ports;
}

export interface ConnectionsProps {
  readonly namespace: string;
  readonly name: string;
  /** Labels that select the pods. */
  readonly selector: Record<string, string>;
  /** The ports on which the pods listen, by name. */
  readonly ports: Readonly<Record<string, Port>>;
}

/**
 * The connections that pods may open and accept. The namespace denies all others. A flow is declared once, and becomes
 * an egress policy of one side and an ingress policy of the other.
 * https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export class Connections implements Connectable {
  readonly connectionName: string;
  readonly policyPeers: NetworkPolicyV1SpecIngressFrom[];
  readonly ports: Readonly<Record<string, Port>>;

  constructor(
    private readonly scope: Construct,
    private readonly props: ConnectionsProps,
  ) {
    this.connectionName = props.name;
    this.policyPeers = [{ podSelector: { matchLabels: props.selector } }];
    this.ports = props.ports;
  }

  /**
   * Lets these pods open connections to `peer`.
   * @param portNames names of the peer's ports @default - all of its ports
   * @throws if the peer has no port of that name
   */
  allowTo(peer: Connectable, portNames?: string[]): void {
    const ports = portsOf(peer, portNames);
    this.policy(`to-${peer.connectionName}`, ["Egress"], { egress: [{ to: peer.policyPeers, ports }] });
    if (peer instanceof Connections) {
      peer.policy(`from-${this.connectionName}`, ["Ingress"], { ingress: [{ from: this.policyPeers, ports }] });
    }
  }

  /**
   * Lets something outside of the namespace open connections to these pods.
   * @throws if these pods have no port of that name
   */
  allowFromOutside(outside: Connectable, portNames: string[]): void {
    const ports = portsOf(this, portNames);
    this.policy(`from-${outside.connectionName}`, ["Ingress"], { ingress: [{ from: outside.policyPeers, ports }] });
  }

  private policy(
    id: string,
    policyTypes: string[],
    rules: Partial<ConstructorParameters<typeof NetworkPolicyV1>[2]["spec"]>,
  ) {
    new NetworkPolicyV1(this.scope, id, {
      metadata: { namespace: this.props.namespace, name: `${this.connectionName}-${id}` },
      spec: { podSelector: { matchLabels: this.props.selector }, policyTypes, ...rules },
    });
  }
}

/** The ports of a policy's rule, which has none for all ports. */
function portsOf(peer: Connectable, names?: string[]): NetworkPolicyV1SpecIngressPorts[] | undefined {
  const { connectionName, ports } = peer;
  if (ports === "all") {
    if (names === undefined) return undefined;
    throw new Error(`${connectionName} has no named ports: it listens on all`);
  }
  const listed = names ?? Object.keys(ports);
  if (listed.length === 0) throw new Error(`${connectionName}: an empty list of ports would open all of them`);
  return listed.map((name) => {
    const port = ports[name];
    if (!port) throw new Error(`${connectionName} has no port ${name}; it has ${Object.keys(ports).join(", ")}`);
    return { port: String(port.port), protocol: port.protocol ?? "TCP" };
  });
}
