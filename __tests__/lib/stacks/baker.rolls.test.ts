import type { ConfigurationInput } from "../../../lib/config/schema/configuration";
import { exampleConfiguration } from "../../../laboratory/examples";
import { synthesise } from "../../../laboratory/synthesis";
import { workloads } from "../../support/workloads";

type Change = (input: ConfigurationInput) => void;

/** Three signers, so that adding or removing one doesn't change a baker's longest time-out. */
const three: Change = ({ bakers, signers }) => {
  signers.push({ ...structuredClone(signers[0]!), name: "pi-3", sshPort: 58257, sshPublicKey: keys[0] });
  bakers[0]!.signers.push("pi-3");
};
/** Examples; their private halves were discarded. */
const keys = [
  "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGg1FswrCfI7/geh44Th0g5GjWtkfkjaDeVcri6pXYau",
  "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOlwSCdNmxNllJxyUOyVw8/GFMzO7J8qElAD+5GZv5rz",
] as const;

/** The pods' templates by workload. A pod is replaced if, and only if, its template changes. */
function templates(change: Change): Map<string, string> {
  const configuration = exampleConfiguration((input) => {
    three(input);
    change(input);
  });
  return new Map(
    workloads(synthesise(configuration).baker).map(({ name, body }) => [name, JSON.stringify(body.spec.template)]),
  );
}
const before = templates(() => undefined);

const forwarders = ["forwarder-1", "forwarder-2"];
const changes: [what: string, change: Change, pods: string[]][] = [
  ["a signer's key", ({ signers }) => (signers[0]!.sshPublicKey = keys[1]), forwarders],
  [
    "a signer is removed",
    ({ bakers, signers }) => {
      bakers[0]!.signers.pop();
      signers.pop();
    },
    forwarders,
  ],
  ["a signer that no baker uses any more", ({ bakers }) => bakers[0]!.signers.pop(), forwarders],
  ["the order of a baker's signers", ({ bakers }) => bakers[0]!.signers.reverse(), forwarders],
  ["another uplink", ({ signers }) => signers[0]!.uplinks.push({ name: "wlan0" }), forwarders],
  ["a metered uplink", ({ signers }) => (signers[0]!.uplinks[0]!.metered = true), forwarders],
  ["the networks of the signers", (input) => (input.forwarders!.allowedNetworks = ["198.51.100.0/24"]), forwarders],
  ["the host key that the Raspberry Pis pin", (input) => (input.forwarders!.hostPublicKey = keys[1]), []],
  // The time-out of the baker's proxy depends on those of its signers.
  [
    "a longer time-out of a signer",
    ({ signers }) => (signers[0]!.timeoutSeconds = 0.9),
    ["baker-baker", ...forwarders],
  ],
  [
    "the second of two signers is removed",
    ({ bakers, signers }) => {
      bakers[0]!.signers.length = 1;
      signers.length = 1;
    },
    ["baker-baker", ...forwarders],
  ],
  ["a baker's own settings", ({ bakers }) => (bakers[0]!.votes = { liquidityBaking: "on" }), ["baker-baker"]],
];

test.each(changes)("%s: exactly these pods are replaced", (_, change, pods) => {
  const after = templates(change);
  expect([...after.keys()]).toEqual([...before.keys()]);
  expect([...after].filter(([name, template]) => template !== before.get(name)).map(([name]) => name)).toEqual(pods);
});
