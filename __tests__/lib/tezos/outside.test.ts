import type { ConfigurationInput } from "../../../lib/config/schema/configuration";
import { downloadServers, peersOnTheInternet } from "../../../lib/tezos/outside";
import { exampleConfiguration } from "../../../laboratory/examples";

type Snapshot = NonNullable<ConfigurationInput["tezos"]["snapshot"]>;

function portsFor(snapshot: Snapshot, network = "mainnet"): number[] | undefined {
  const configuration = exampleConfiguration((input) => Object.assign(input.tezos, { snapshot, network }));
  const servers = downloadServers(configuration);
  return servers && Object.values(servers.ports).map(({ port }) => port);
}

test("peers may listen at any port that is no well-known service's", () => {
  expect(Object.values(peersOnTheInternet.ports)).toEqual([{ port: 1024, endPort: 65535 }]);
});

test("what a disk is filled from is reached at the ports of its URLs", () => {
  expect(portsFor({})).toEqual([443]);
  expect(portsFor({ url: "http://a.example/", verifyUrl: "https://b.example:8443/" })).toEqual([80, 8443]);
});

test("the definition of a network is one of them", () => {
  expect(portsFor({ enabled: false }, "http://teztnets.example:8080/x")).toEqual([8080]);
});

test("nothing to get: no way out", () => {
  expect(portsFor({ enabled: false })).toBeUndefined();
});
