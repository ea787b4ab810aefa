import type { ConfigurationInput } from "../../../lib/config/schema/configuration";
import { exampleConfiguration } from "../../../laboratory/examples";
import { synthesise } from "../../../laboratory/synthesis";
import { workloads } from "../../support/workloads";

type Change = (input: ConfigurationInput) => void;

/** Three signers, so that one can come and go without a baker's longest wait becoming another. */
const three: Change = ({ bakers, signers }) => {
  signers.push({ ...structuredClone(signers[0]!), name: "pi-3", sshPort: 58257, sshPublicKey: keys[0] });
  bakers[0]!.signers.push("pi-3");
};
/** Examples, whose private halves were thrown away. */
const keys = [
  "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGg1FswrCfI7/geh44Th0g5GjWtkfkjaDeVcri6pXYau",
  "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOlwSCdNmxNllJxyUOyVw8/GFMzO7J8qElAD+5GZv5rz",
] as const;

/** The pods' templates by workload. A pod is made anew when its template is another one, and only then. */
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
    "a signer that goes",
    ({ bakers, signers }) => {
      bakers[0]!.signers.pop();
      signers.pop();
    },
    forwarders,
  ],
  ["a signer that no baker asks any more", ({ bakers }) => bakers[0]!.signers.pop(), forwarders],
  ["the order in which a baker's signers are asked", ({ bakers }) => bakers[0]!.signers.reverse(), forwarders],
  ["an uplink more", ({ signers }) => signers[0]!.uplinks.push({ name: "wlan0" }), forwarders],
  ["a metered uplink", ({ signers }) => (signers[0]!.uplinks[0]!.metered = true), forwarders],
  ["networks of the homes", (input) => (input.forwarders!.allowedNetworks = ["198.51.100.0/24"]), forwarders],
  ["the host key that the Raspberry Pis pin", (input) => (input.forwarders!.hostPublicKey = keys[1]), []],
  // The baker's proxy waits for as long as its signers may take.
  ["a signer that takes longer", ({ signers }) => (signers[0]!.timeoutSeconds = 0.9), ["baker-baker", ...forwarders]],
  [
    "the second one of two signers goes",
    ({ bakers, signers }) => {
      bakers[0]!.signers.length = 1;
      signers.length = 1;
    },
    ["baker-baker", ...forwarders],
  ],
  ["a baker's own settings", ({ bakers }) => (bakers[0]!.votes = { liquidityBaking: "on" }), ["baker-baker"]],
];

test.each(changes)("%s: the pods that are made anew are just these", (_, change, pods) => {
  const after = templates(change);
  expect([...after.keys()]).toEqual([...before.keys()]);
  expect([...after].filter(([name, template]) => template !== before.get(name)).map(([name]) => name)).toEqual(pods);
});
