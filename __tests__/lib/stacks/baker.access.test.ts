import type { Configuration, ConfigurationInput } from "../../../lib/config/schema/configuration";
import { access, accessTable, policyProblems } from "../../../laboratory/policies/access-table";
import { exampleConfiguration, exampleFiles } from "../../../laboratory/examples";
import { expectGolden } from "../../support/golden";
import { bakerObjects } from "../../../laboratory/convert/baker-objects";
import { type PolicyPort, PortSet } from "../../../laboratory/policies/port-set";
import { type StackJson, synthesise } from "../../../laboratory/synthesis";

const objectsOf = (configuration: Configuration) => bakerObjects(synthesise(configuration));

/** The complete design of network access: what each kind of pod needs. Widening a policy requires a change here. */
function design({ bakers, signers, publicNodes, forwarders, tezos }: Configuration): string[] {
  const lines: string[] = [];
  const open = (from: string, to: string[], ...ports: PolicyPort[]) =>
    lines.push(...to.map((one) => `${from} -> ${one} : ${PortSet.of(ports)}`));

  const homes = forwarders.allowedNetworks.filter((network) => network !== "0.0.0.0/0");
  const internet = ["internet", ...homes.map((home) => `${home} of the internet`)];
  const names = ["kube-dns", "metadata server and Cloud DNS 169.254.169.254", "NodeLocal DNSCache 169.254.20.10"];
  const allForwarders = Array.from({ length: forwarders.count }, (_, index) => `signer-forwarder ${index + 1}`);
  const nodes = publicNodes.count > 0 ? ["public-node all"] : [];
  const resolves = (from: string) => open(from, names, { port: 53 }, { port: 53, protocol: "UDP" });

  const peers = ["TCP", "UDP", "SCTP"].map((protocol): PolicyPort => ({ protocol }));
  const downloads = tezos.snapshot.enabled ? [{ port: 443 }] : [];

  for (const { name, peering, signerPort, dal } of bakers) {
    const node = `baking-node ${name}`;
    const dialled = [...downloads, ...(peering === "hybrid" ? peers : [])];
    if (dialled.length > 0) open(node, internet, ...dialled);
    open(node, nodes, { port: 9732 });
    open(node, allForwarders, { port: signerPort }, { port: 8404 });
    resolves(node);
    if (!dal) continue;
    const dalNode = `dal-node ${name}`;
    open(node, [dalNode], { port: 10732 });
    open(dalNode, nodes, { port: 8733 });
    open(dalNode, internet, ...peers);
    for (const from of internet) open(from, [dalNode], { port: 11732 });
    resolves(dalNode);
  }
  for (const node of nodes) {
    open(node, internet, ...peers, ...downloads);
    open(node, [node], { port: 9732 });
    resolves(node);
  }
  // Before it stops, a forwarder checks whether the others can serve. It opens no other connections: the Raspberry Pis
  // connect to it.
  for (const from of allForwarders)
    open(
      from,
      allForwarders.filter((to) => to !== from),
      { port: 8404 },
    );
  // Metrics for the alerts, from the proxies only.
  const proxies = [...allForwarders, ...bakers.map(({ name }) => `baking-node ${name}`)];
  open("managed Prometheus of gmp-system", proxies, { port: 8404 });
  const dialling = homes.length > 0 ? homes.map((home) => `${home} of the internet`) : ["internet"];
  for (const from of dialling) open(from, allForwarders, ...signers.map(({ sshPort }) => ({ port: sshPort })));
  return lines.sort();
}

describe.each(exampleFiles)("with %s", (file) => {
  const configuration = exampleConfiguration(undefined, file);
  const { ranges } = configuration.google;
  const objects = objectsOf(configuration);

  test("the network permits exactly what this table lists", () => {
    const example = /(\w[\w-]*)\.yaml$/.exec(file)![1]!;
    expectGolden(`golden/baker.${example}.access.txt`, accessTable(objects, ranges));
  });

  test("no policy has a range of ports, and only one for the internet has no ports at all", () => {
    const policies = Object.values<StackJson>(synthesise(configuration).baker.resource.kubernetes_network_policy_v1);
    const rules = policies.flatMap(({ spec }) => [...(spec.egress ?? []), ...(spec.ingress ?? [])]);
    expect(rules.length).toBeGreaterThan(5);
    expect(rules.filter((rule) => JSON.stringify(rule).includes("end_port"))).toEqual([]);
    const open = rules.filter(({ ports }) => ports === undefined || ports.length === 0);
    const peers = open.flatMap(({ to, from }) => to ?? from ?? [undefined]);
    expect(peers.filter((peer) => !peer?.ip_block?.except?.includes("10.0.0.0/8"))).toEqual([]);
  });

  test("each policy selects an existing pod, and each flow between pods is allowed at both ends", () => {
    expect(policyProblems(objects, ranges)).toEqual([]);
  });
});

test.each<[string, (input: ConfigurationInput) => void]>([
  ["every option", () => undefined],
  ["no downloads", ({ tezos }) => (tezos.snapshot = { enabled: false })],
  ["ssh from anywhere", ({ forwarders }) => delete forwarders!.allowedNetworks],
  ["no peers on the internet", ({ bakers }) => bakers.forEach((baker) => (baker.peering = "private"))],
])("exactly what the design needs is open: %s", (_, change) => {
  const configuration = exampleConfiguration(change, "config/every-option.yaml");
  const open = access(objectsOf(configuration), configuration.google.ranges);
  expect(open.map(({ from, to, ports }) => `${from} -> ${to} : ${ports}`).sort()).toEqual(design(configuration));
});
