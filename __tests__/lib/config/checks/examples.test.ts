import { personalValues } from "../../../../lib/config/checks/examples";
import { exampleValues } from "../../../../lib/config/facts/example-values";
import { exampleConfiguration, exampleFiles, exampleInput } from "../../../../laboratory/examples";
import { findingsOf } from "../../../support/findings";

/** Fields whose values in the examples can be right for anybody, and addresses, which are documentation addresses. */
const forAnybody =
  /^(name|size|labels\..*|google\.(region|zones|ranges|releaseChannel|maintenance|pools).*|tezos\.(network|octezVersion|images.*|historyMode|snapshot\.verifyUrl)|bakers\.(name|votes.*|peering|signers)|bakers\.keys\.\w+\.publicKeyHash|signers\.(name|protocol|software|device|uplinks\.name)|forwarders\.addresses)$/;

/** All texts in a value, with their paths without indexes. */
function texts(value: unknown, path = ""): [string, string][] {
  if (typeof value === "string") return [[path, value]];
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item) => texts(item, path));
  return Object.entries(value).flatMap(([name, item]) => texts(item, path === "" ? name : `${path}.${name}`));
}

const key = (text: string) => /^ssh-\S+ (\S+)/.exec(text)?.[1] ?? text;

test("the list has every value of the examples that is not for anybody, and no other", () => {
  const inFiles = exampleFiles.flatMap((file) => texts(exampleInput(file)).filter(([path]) => !forAnybody.test(path)));
  expect([...new Set(inFiles.map(([, text]) => key(text)))].sort()).toEqual([...exampleValues].sort());
});

test.each(exampleFiles)("all of %s are compared with the list", (file) => {
  const compared = personalValues(exampleConfiguration(undefined, file)).flatMap(([, text]) => text ?? []);
  const personal = texts(exampleInput(file)).filter(([path]) => !forAnybody.test(path));
  for (const [path, text] of personal) expect([path, compared.includes(text)]).toEqual([path, true]);
});

const warningFor = (changes: Record<string, unknown>) =>
  findingsOf(changes).warnings.find(({ message }) => message.startsWith("is the value of an example"));

test("warns of all of them in one message", () => {
  expect(warningFor({})).toEqual({
    path: "google.project",
    message:
      "is the value of an example. So are bakers[0].keys.delegate.publicKey, bakers[0].authenticationPublicKey, signers[0].sshPublicKey, signers[1].sshPublicKey, forwarders.hostPublicKey, alerts.emails[0]. Replace them by yours.",
  });
});

test("knows an ssh key by the key, not by its comment", () => {
  const { sshPublicKey } = exampleInput().signers[0]!;
  const mine = { "google.project": "mine-1234", "alerts.emails": [], "forwarders.hostPublicKey": undefined };
  const warning = warningFor({ ...mine, "signers[0].sshPublicKey": sshPublicKey.replace(/\S+$/, "me@home") });
  expect(warning?.message).toContain("signers[0].sshPublicKey");
});

test("warns of nothing in a configuration with values of one's own", () => {
  const fresh = {
    "google.project": "mine-1234",
    "bakers[0].keys.delegate": { publicKey: "edpkuSR6ywqsk17myFVRcw2eXhVib2MeLc9D1QkEQb98ctWUBwSJpF" },
    "bakers[0].authenticationPublicKey": "edpktz4xg6csJnJ5vcmMb2H37sWXyBDcoAp3XrBvjRaTSQ1zmZTeRQ",
    "signers[0].sshPublicKey": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJj3ysQs4m10vKv1SciXm6NN9y9TP5LjgVLrRqh1TsJ0",
    "signers[1].sshPublicKey": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJj3ysQs4m10vKv1SciXm6NN9y9TP5LjgVLrRqh1TsJ1",
    "forwarders.hostPublicKey": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJj3ysQs4m10vKv1SciXm6NN9y9TP5LjgVLrRqh1TsJ2",
    "alerts.emails": ["me@home.example"],
  };
  expect(findingsOf(fresh).problems).toEqual([]);
  expect(warningFor(fresh)).toBeUndefined();
});
