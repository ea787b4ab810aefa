import type { Findings } from "../reading/findings";
import type { Path } from "../reading/problems";
import type { Configuration } from "../schema/configuration";
import { didYouMean, type Readable } from "../reading/shape";
import { shown } from "../reading/values";
import { each, eachRepeated } from "./each";

/** Names that others are made from, and names that point at something. */
export function checkNames(configuration: Readable<Configuration>, findings: Findings): void {
  unique("bakers", configuration.bakers, findings);
  unique("signers", configuration.signers, findings);
  for (const [index, signer] of each(configuration.signers)) {
    unique("uplinks", signer.uplinks, findings, ["signers", index]);
  }
  namespace(configuration.name, findings);
  signersOfBakers(configuration, findings);
}

function unique(
  field: string,
  items: readonly (Readable<{ name: string }> | undefined)[] | undefined,
  findings: Findings,
  parent: Path = [],
): void {
  const names = each(items).flatMap(([index, { name }]) => (name === undefined ? [] : [[index, name] as const]));
  eachRepeated(names, (index, first, name) =>
    findings.problem(
      [...parent, field, index, "name"],
      `${shown(name)} is the name of ${field}[${first}] already. Each needs its own.`,
    ),
  );
}

/** The name is the namespace's too; Kubernetes and Google keep these to themselves. */
function namespace(name: string | undefined, findings: Findings): void {
  if (name === undefined || !/^(default$|kube-|gke-|gmp-|config-management-|goog)/.test(name)) return;
  findings.problem(["name"], `${shown(name)} is kept for Kubernetes or Google. Choose another, such as my-baker.`);
}

function signersOfBakers({ bakers, signers }: Readable<Configuration>, findings: Findings): void {
  // Without all names it can't be told whether one is unknown or unused.
  const known = (signers ?? []).map((signer) => signer?.name);
  const used = new Set<string>();
  for (const [index, baker] of each(bakers)) {
    const names = each(baker.signers);
    for (const [place, name] of names) {
      used.add(name);
      if (known.length === 0 || known.includes(name) || known.includes(undefined)) continue;
      const names = known.filter((candidate) => candidate !== undefined);
      const near = didYouMean(name, names);
      findings.problem(
        ["bakers", index, "signers", place],
        near
          ? `there is no signer ${shown(name)}${near}`
          : `there is no signer ${shown(name)}. There are: ${names.join(", ")}.`,
      );
    }
    eachRepeated(names, (place, _first, name) =>
      findings.problem(
        ["bakers", index, "signers", place],
        `${shown(name)} stands in this list twice. Keep its first place.`,
      ),
    );
  }
  const allKnown = bakers !== undefined && bakers.every((baker) => baker?.signers?.every((name) => name !== undefined));
  for (const [index, signer] of each(signers)) {
    if (!allKnown || signer.name === undefined || used.has(signer.name)) continue;
    findings.warning(
      ["signers", index],
      `no baker names the signer ${shown(signer.name)}: it gets a tunnel and is never asked.`,
    );
  }
}
