import { BlockList } from "node:net";
import { clusterDns, internet, managedPrometheus } from "../../../lib/kubernetes/outside";
import { exampleConfiguration, exampleFiles } from "../../../laboratory/examples";

/** Whether a rule for the internet allows connections to `address`. */
function isReached(address: string): boolean {
  const [peer, ...more] = internet("web", {}).policyPeers;
  expect(more).toEqual([]);
  expect(peer!.ipBlock!.cidr).toBe("0.0.0.0/0");
  const excepted = new BlockList();
  for (const range of peer!.ipBlock!.except!) {
    const [network = "", prefix] = range.split("/");
    excepted.addSubnet(network, Number(prefix));
  }
  return !excepted.check(address);
}

test.each([
  ["the metadata server", "169.254.169.254"],
  ["Workload Identity's metadata server", "169.254.169.252"],
  ["loopback", "127.0.0.1"],
  ["10/8", "10.0.96.5"],
  ["172.16/12", "172.31.255.255"],
  ["192.168/16", "192.168.1.1"],
  ["carrier-grade NAT", "100.100.0.1"],
  ["another range that GKE may use", "240.1.2.3"],
  ["multicast", "224.0.0.1"],
])("the internet is not %s", (_, address) => {
  expect(isReached(address)).toBe(false);
});

test.each(["1.1.1.1", "8.8.8.8", "172.32.0.1", "100.128.0.1", "34.72.0.1"])("%s is on the internet", (address) => {
  expect(isReached(address)).toBe(true);
});

test.each(exampleFiles)("the internet includes none of the cluster's own ranges in %s", (file) => {
  for (const range of Object.values(exampleConfiguration(undefined, file).google.ranges)) {
    expect([range, isReached(range.split("/")[0]!)]).toEqual([range, false]);
  }
});

test("a part of the internet is its ranges, except for special addresses inside them", () => {
  const parts = internet("homes", {}, ["198.51.100.0/24", "203.0.113.64/28", "168.0.0.0/6"]);
  expect(parts.policyPeers).toEqual([
    { ipBlock: { cidr: "198.51.100.0/24" } },
    { ipBlock: { cidr: "203.0.113.64/28" } },
    { ipBlock: { cidr: "168.0.0.0/6", except: ["169.254.0.0/16"] } },
  ]);
});

test("name servers are kube-dns, Cloud DNS and NodeLocal DNSCache, over UDP and TCP", () => {
  expect(Object.values(clusterDns.ports)).toEqual([{ port: 53, protocol: "UDP" }, { port: 53 }]);
  const blocks = clusterDns.policyPeers.flatMap(({ ipBlock }) => ipBlock?.cidr ?? []);
  expect(blocks).toEqual(["169.254.169.254/32", "169.254.20.10/32"]);
  expect(clusterDns.policyPeers[0]).toEqual({
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
    podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
  });
});

test("only the collectors of managed Prometheus may collect metrics, no other pod of any namespace", () => {
  expect(managedPrometheus.policyPeers).toEqual([
    {
      namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "gmp-system" } },
      podSelector: { matchLabels: { "app.kubernetes.io/name": "collector" } },
    },
  ]);
});
