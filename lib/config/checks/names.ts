import type { Findings } from "../reading/findings";
import type { Path } from "../reading/problems";
import type { Configuration } from "../schema/configuration";
import { didYouMean } from "../reading/near";
import type { Readable } from "../reading/shape";
import { shown } from "../reading/values";
import { each, eachRepeated } from "./each";

/** Names that must be unique or must not be reserved, and names that refer to a signer. */
export function checkNames(configuration: Readable<Configuration>, findings: Findings): void {
  checkUnique("bakers", configuration.bakers, findings);
  checkUnique("signers", configuration.signers, findings);
  for (const [index, signer] of each(configuration.signers)) {
    checkUnique("uplinks", signer.uplinks, findings, ["signers", index]);
  }
  checkReserved(configuration.name, findings);
  checkSignerNames(configuration, findings);
}

function checkUnique(
  field: string,
  items: readonly (Readable<{ name: string }> | undefined)[] | undefined,
  findings: Findings,
  parent: Path = [],
): void {
  const names = each(items).flatMap(([index, { name }]) => (name === undefined ? [] : [[index, name] as const]));
  eachRepeated(names, (index, first, name) =>
    findings.problem(
      [...parent, field, index, "name"],
      `${shown(name)} is already the name of ${field}[${first}]. Choose a different one.`,
    ),
  );
}

/**
 * The name is also that of the namespace, for which Kubernetes reserves kube- and Google the other prefixes.
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/
 */
function checkReserved(name: string | undefined, findings: Findings): void {
  if (name === undefined || !/^(default$|kube-|gke-|gmp-|config-management-|goog)/.test(name)) return;
  findings.problem(
    ["name"],
    `${shown(name)} is reserved for Kubernetes or Google. Choose a different name, such as my-baker.`,
  );
}

function checkSignerNames({ bakers, signers }: Readable<Configuration>, findings: Findings): void {
  // While the name of a signer can't be read, it is uncertain which names are unknown or unused.
  const known = (signers ?? []).map((signer) => signer?.name);
  const used = new Set<string>();
  for (const [index, baker] of each(bakers)) {
    const names = each(baker.signers);
    for (const [place, name] of names) {
      used.add(name);
      if (known.length === 0 || known.includes(name) || known.includes(undefined)) continue;
      const names = known.filter((candidate) => candidate !== undefined);
      const what = `no signer is named ${shown(name)}`;
      findings.problem(
        ["bakers", index, "signers", place],
        `${what}. Existing signers: ${names.join(", ")}.`,
        didYouMean(what, name, names),
      );
    }
    eachRepeated(names, (place, _first, name) =>
      findings.problem(
        ["bakers", index, "signers", place],
        `${shown(name)} appears twice in this list. Remove the second.`,
      ),
    );
  }
  const allKnown = bakers !== undefined && bakers.every((baker) => baker?.signers?.every((name) => name !== undefined));
  for (const [index, signer] of each(signers)) {
    if (!allKnown || signer.name === undefined || used.has(signer.name)) continue;
    findings.warning(
      ["signers", index],
      `no baker uses the signer ${shown(signer.name)}: it gets tunnels, but no requests. Add it to the signers of a baker, or remove it.`,
    );
  }
}
