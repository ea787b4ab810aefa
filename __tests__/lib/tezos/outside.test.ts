import type { ConfigurationInput } from "../../../lib/config/schema/configuration";
import type { Port } from "../../../lib/kubernetes/connections";
import { downloadServers, peersOnTheInternet } from "../../../lib/tezos/outside";
import { exampleConfiguration } from "../../../laboratory/examples";

type Snapshot = NonNullable<ConfigurationInput["tezos"]["snapshot"]>;

function portsFor(snapshot: Snapshot, network = "mainnet"): number[] | undefined {
  const configuration = exampleConfiguration((input) => Object.assign(input.tezos, { snapshot, network }));
  const servers = downloadServers(configuration);
  return servers && Object.values(servers.ports as Record<string, Port>).map(({ port }) => port);
}

test("peers may listen on any port, but only on the internet", () => {
  expect(peersOnTheInternet.ports).toBe("all");
  expect(peersOnTheInternet.policyPeers).toEqual([
    { ipBlock: { cidr: "0.0.0.0/0", except: expect.arrayContaining(["10.0.0.0/8", "169.254.0.0/16"]) } },
  ]);
});

test("allows downloads from the ports of the URLs", () => {
  expect(portsFor({})).toEqual([443]);
  expect(portsFor({ url: "http://a.example/", verifyUrl: "https://b.example:8443/" })).toEqual([80, 8443]);
});

test("includes the port of a network's definition", () => {
  expect(portsFor({ enabled: false }, "http://teztnets.example:8080/x")).toEqual([8080]);
});

test("allows nothing if there is nothing to download", () => {
  expect(portsFor({ enabled: false })).toBeUndefined();
});
