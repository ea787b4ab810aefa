import { Address4 } from "ip-address";
import type { Connectable, Port } from "./connections";

const anywhere = ["0.0.0.0/0"];

/**
 * Everything that is not the public internet (IANA's special-purpose registry): a pod that is told to dial "anywhere"
 * has no business there, least of all at the metadata server (169.254.169.254), and who dials a pod from "anywhere" is
 * no VM and no pod of the cluster. Kubernetes leaves it open whether a block of addresses means pods that have such an
 * address; this way no pod is meant by either reading.
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

/**
 * The public internet, at the given ports.
 * @param ranges the part of it that is meant. @default - all of it
 */
export function internet(connectionName: string, ports: Record<string, Port>, ranges = anywhere): Connectable {
  const policyPeers = ranges.map((cidr) => {
    const range = new Address4(cidr);
    const except = notInternet.filter((special) => new Address4(special).isInSubnet(range));
    return { ipBlock: { cidr, except: except.length > 0 ? except : undefined } };
  });
  return { connectionName, ports, policyPeers };
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

/**
 * Managed Prometheus' collectors: a pod on each VM, in a namespace that GKE keeps for itself (on Autopilot it has another
 * name). The label is their DaemonSet's selector, which can't change.
 */
export const managedPrometheus: Connectable = {
  connectionName: "managed-prometheus",
  ports: {},
  policyPeers: [
    {
      namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "gmp-system" } },
      podSelector: { matchLabels: { "app.kubernetes.io/name": "collector" } },
    },
  ],
};
