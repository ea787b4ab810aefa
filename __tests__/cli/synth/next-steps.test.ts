import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createColors } from "picocolors";
import { steps } from "../../../cli/synth/next-steps";
import { packageRoot } from "../../../lib/package-root";
import { exampleConfiguration, exampleInput } from "../../../laboratory/examples";
import { synthesise } from "../../../laboratory/synthesis";

type Forwarders = Parameters<Parameters<typeof exampleConfiguration>[0] & object>[0]["forwarders"];

const stepsOf = (reason: string, path: string, name: string, forwarders?: Forwarders) => {
  const configuration = exampleConfiguration((input) => {
    input.name = name;
    input.google.project = "my-project";
    if (forwarders) input.forwarders = forwarders;
  }, "config/shadownet.yaml");
  return steps({
    file: { path, reason },
    configuration,
    stacks: { ...synthesise(configuration) },
    folders: { stacks: "cdktf.out", raspberryPi: `dist/${name}` },
    colors: createColors(false),
  });
};

test("are those of the README", () => {
  const readme = readFileSync(join(packageRoot, "README.md"), "utf8");
  const deploy = readme.split("\n## Deploy\n")[1]!.split("\n## ")[0]!;
  const commands = [...deploy.matchAll(/^ {3}```sh\n([^]*?)\n {3}```$/gm)].flatMap(([, block]) =>
    block!.split("\n").map((line) => line.trim()),
  );
  expect(stepsOf("the default", "config/shadownet.yaml", "my-baker").flatMap((step) => step.commands)).toEqual(
    commands,
  );
});

test("say first which fields to edit", () => {
  expect(stepsOf("the default", "config/shadownet.yaml", "shadownet")[0]!.what).toBe(
    "Write the configuration: copy the example, and replace in it name, bakers[0].keys.delegate.publicKey, signers[0].sshPublicKey.",
  );
  expect(stepsOf("the argument", join(packageRoot, "config/mine.yaml"), "mine")[0]).toEqual({
    what: "Replace what is still an example's: bakers[0].keys.delegate.publicKey, signers[0].sshPublicKey.",
    commands: ["npm run synth -- config/mine.yaml"],
  });
});

test("create no second host key, which no Raspberry Pi would accept", () => {
  const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJj3ysQs4m10vKv1SciXm6NN9y9TP5LjgVLrRqh1TsJ2";
  const texts = (forwarders: Forwarders) =>
    JSON.stringify(stepsOf("the argument", join(packageRoot, "config/mine.yaml"), "mine", forwarders));
  expect(texts({ addresses: ["192.0.2.1"], hostPublicKey: key })).not.toMatch(/ssh-keygen|pods wait/);
  expect(texts({ addresses: ["192.0.2.1"] })).toMatch(/pods wait.*ssh-keygen/);
  const example = exampleInput().forwarders!.hostPublicKey!;
  expect(texts({ addresses: ["192.0.2.1"], hostPublicKey: example })).toMatch(/pods wait.*ssh-keygen/);
});
