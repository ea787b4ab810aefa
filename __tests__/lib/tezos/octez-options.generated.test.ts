import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { checkCommand } from "../../../lib/tezos/octez-command-line";
import { octezSignerUnit } from "../../../raspberry-pi/signer-software";
import { exampleConfiguration, exampleFiles } from "../../../laboratory/examples";
import { synthesise } from "../../../laboratory/synthesis";
import { workloads } from "../../support/workloads";
import { packageRoot } from "../../../lib/package-root";

/** All Octez command lines that the program generates or that the scripts contain, by where they are. */
const generated = new Map<string, string[]>();
for (const file of exampleFiles) {
  const configuration = exampleConfiguration(undefined, file);
  for (const { name, containers } of workloads(synthesise(configuration).baker)) {
    for (const each of containers) {
      if (each.command?.[0]?.startsWith("octez-")) generated.set(`${file} ${name} ${each.name}`, each.command);
    }
  }
  for (const signer of configuration.signers.filter(({ software }) => software === "octez-signer")) {
    const unit = octezSignerUnit(configuration, signer).replace(/\\\n/g, " ");
    generated.set(`${file} ${signer.name}`, /^ExecStart=(.*)$/m.exec(unit)![1]!.split(/\s+/));
  }
}
for (const script of readdirSync(join(packageRoot, "lib/tezos/scripts")).filter((name) => name.endsWith(".sh"))) {
  const text = readFileSync(join(packageRoot, "lib/tezos/scripts", script), "utf8");
  for (const [, command] of text.matchAll(/^[^#\n]*?(?:run |\$\(|if ! \w+=\$\()(octez-[^|;)\n]*)/gm)) {
    const words = command!.replace(/\d?>.*/, "").trim();
    generated.set(`${script}: ${words}`, words.replaceAll('"', "").split(/\s+/));
  }
}

test("finds the command lines of all programs and scripts", () => {
  const programs = new Set([...generated.values()].map(([program]) => program!.replace(/.*\//, "")));
  expect([...programs].sort()).toEqual([
    "octez-accuser",
    "octez-baker",
    "octez-dal-node",
    "octez-node",
    "octez-signer",
  ]);
  const inScripts = [...generated.keys()].filter((key) => key.includes(".sh: ")).map((key) => key.split(" ")[2]);
  expect(inScripts.sort()).toEqual(["identity", "snapshot", "snapshot", "upgrade", "upgrade"]);
});

test.each([...generated])("Octez accepts %s", (_, command) => {
  expect(checkCommand(command)).toEqual([]);
});
