import {
  NetworkPolicyV1,
  type NetworkPolicyV1SpecIngressFrom,
  type NetworkPolicyV1SpecIngressPorts,
} from "@cdktf/provider-kubernetes/lib/network-policy-v1";
import type { Construct } from "constructs";

/** A port that something listens at. */
export interface Port {
  readonly port: number;
  /** Last port of a range. @default - one port */
  readonly endPort?: number;
  /** @default "TCP" */
  readonly protocol?: "TCP" | "UDP";
}

/** Something that can be at one end of a connection: pods of this namespace, or what is outside of it. */
export interface Connectable {
  /** Names the policies, such as public-node or internet. */
  readonly connectionName: string;
  /** How a network policy names it. */
  readonly policyPeers: NetworkPolicyV1SpecIngressFrom[];
  /** What it listens at, by name. */
  readonly ports: Readonly<Record<string, Port>>;
}

export interface ConnectionsProps {
  readonly namespace: string;
  readonly name: string;
  /** Labels that select the pods. */
  readonly selector: Record<string, string>;
  /** What the pods listen at, by name. */
  readonly ports: Readonly<Record<string, Port>>;
}

/**
 * Who may talk to these pods, and to whom they may talk. The namespace denies everything; a flow is written once, and
 * becomes the egress policy of the one side and the ingress policy of the other.
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
   * @param portNames names of the peer's ports; all of them when left out
   */
  allowTo(peer: Connectable, portNames: string[] = Object.keys(peer.ports)): void {
    const ports = portsOf(peer, portNames);
    this.policy(`to-${peer.connectionName}`, ["Egress"], { egress: [{ to: peer.policyPeers, ports }] });
    if (peer instanceof Connections) {
      peer.policy(`from-${this.connectionName}`, ["Ingress"], { ingress: [{ from: this.policyPeers, ports }] });
    }
  }

  /** Lets what is outside of the namespace open connections to these pods. */
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

function portsOf(peer: Connectable, names: string[]): NetworkPolicyV1SpecIngressPorts[] {
  return names.map((name) => {
    const port = peer.ports[name];
    if (!port)
      throw new Error(`${peer.connectionName} has no port ${name}; it has ${Object.keys(peer.ports).join(", ")}`);
    return { port: String(port.port), endPort: port.endPort, protocol: port.protocol ?? "TCP" };
  });
}
