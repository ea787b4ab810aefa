import { Address4 } from "ip-address";
import type { Connectable, Ports } from "./connections";

const anywhere = ["0.0.0.0/0"];

/**
 * Addresses that are not on the public internet. A pod that may connect to the internet has no business at them, least
 * of all at the metadata server (169.254.169.254); and a pod that accepts connections from the internet accepts none
 * from inside the cluster. Whether an `ipBlock` matches pods with such addresses depends on the network plugin; with
 * these exceptions it never does.
 * https://www.iana.org/assignments/iana-ipv4-special-registry/iana-ipv4-special-registry.xhtml
 * https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-to-and-from-selectors
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
 * The public internet, on the given ports.
 * @param ranges CIDR ranges, if only a part of it is meant
 */
export function internet(connectionName: string, ports: Ports, ranges = anywhere): Connectable {
  const policyPeers = ranges.map((cidr) => {
    const range = new Address4(cidr);
    const except = notInternet.filter((special) => new Address4(special).isInSubnet(range));
    return { ipBlock: { cidr, except: except.length > 0 ? except : undefined } };
  });
  return { connectionName, ports, policyPeers };
}

/**
 * The cluster's name servers: the pods of kube-dns, and the link-local addresses that resolv.conf contains with Cloud
 * DNS and with NodeLocal DNSCache. With either of those, a rule for the pods alone would break all name resolution.
 * https://cloud.google.com/kubernetes-engine/docs/how-to/cloud-dns
 * https://cloud.google.com/kubernetes-engine/docs/how-to/nodelocal-dns-cache
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
 * The collectors of managed Prometheus: a pod on each VM, in a namespace that GKE reserves (with another name on
 * Autopilot). The label is the selector of their DaemonSet, which can't change.
 * https://cloud.google.com/stackdriver/docs/managed-prometheus/setup-managed
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
