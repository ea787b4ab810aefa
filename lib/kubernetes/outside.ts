import type { Connectable, Port } from "./connections";

/**
 * Everything that is not the public internet (IANA's special-purpose registry): a node or a pod that is told to dial
 * "anywhere" has no business there, least of all at the metadata server (169.254.169.254).
 */
const notInternet = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "224.0.0.0/4",
  "240.0.0.0/4",
];

/** The public internet, at the given ports. */
export function internet(connectionName: string, ports: Record<string, Port>): Connectable {
  return { connectionName, ports, policyPeers: [{ ipBlock: { cidr: "0.0.0.0/0", except: notInternet } }] };
}

/** Networks by their address ranges. */
export function networks(connectionName: string, ranges: string[], ports: Record<string, Port> = {}): Connectable {
  return { connectionName, ports, policyPeers: ranges.map((cidr) => ({ ipBlock: { cidr } })) };
}

/**
 * The cluster's name servers: kube-dns' pods, and the two link-local addresses that resolv.conf holds with Cloud DNS
 * and with NodeLocal DNSCache. A rule for the pods alone would cut off all names with either.
 */
export const clusterDns: Connectable = {
  connectionName: "dns",
  ports: { udp: { port: 53, protocol: "UDP" }, tcp: { port: 53 } },
  policyPeers: [
    {
      namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
      podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
    },
    { ipBlock: { cidr: "169.254.169.254/32" } },
    { ipBlock: { cidr: "169.254.20.10/32" } },
  ],
};
