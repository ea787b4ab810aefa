import type { ConfigurationInput } from "../../../lib/config/schema/configuration";
import { downloadServers, peersOnTheInternet } from "../../../lib/tezos/outside";
import { exampleConfiguration } from "../../../laboratory/examples";

type Snapshot = NonNullable<ConfigurationInput["tezos"]["snapshot"]>;

function portsFor(snapshot: Snapshot, network = "mainnet"): number[] | undefined {
  const configuration = exampleConfiguration((input) => Object.assign(input.tezos, { snapshot, network }));
  const servers = downloadServers(configuration);
  return servers && Object.values(servers.ports).map(({ port }) => port);
}

test("peers may listen on any port from 1024", () => {
  expect(Object.values(peersOnTheInternet.ports)).toEqual([{ port: 1024, endPort: 65535 }]);
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
