import type { Findings } from "../reading/findings";
import type { BakerConfiguration, Configuration, SignerConfiguration, SignerProtocol } from "../schema/configuration";
import type { Readable } from "../reading/shape";
import { each } from "./each";

/** What the unit of octez-signer serves (raspberry-pi/signer-software.ts). */
const octezSignerProtocol: SignerProtocol = "http";

/** What the signers of one baker must have in common, and what they can do. */
export function checkSigners({ bakers, signers }: Readable<Configuration>, findings: Findings): void {
  for (const [index, signer] of each(signers)) {
    const { software, protocol } = signer;
    if (software === "octez-signer" && protocol !== undefined && protocol !== octezSignerProtocol) {
      findings.problem(
        ["signers", index, "protocol"],
        `is ${protocol}, but octez-signer is installed to serve ${octezSignerProtocol}. Set ${octezSignerProtocol}, or set software to own if you run a signer that speaks ${protocol}.`,
      );
    }
  }
  for (const [index, signer] of each(signers)) preferMetered(index, signer, findings);
  const byName = new Map(each(signers).map(([, signer]) => [signer.name, signer]));
  for (const [index, baker] of each(bakers)) {
    const own = each(baker.signers).flatMap(([, name]) => byName.get(name) ?? []);
    oneProtocol(index, own, findings);
    authentication(index, baker, own, findings);
  }
  for (const [index, baker] of each(bakers)) sameProof(index, baker, each(bakers), byName, findings);
}

/** octez-signer asks for a proof always or never: a baker without a key would get no signature, and miss every block. */
function sameProof(
  index: number,
  baker: Readable<BakerConfiguration>,
  bakers: [number, Readable<BakerConfiguration>][],
  signers: ReadonlyMap<string | undefined, Readable<SignerConfiguration>>,
  findings: Findings,
): void {
  if (baker.authenticationPublicKey !== undefined) return;
  for (const [, { name, authenticationPublicKey, signers: names }] of bakers) {
    const shared = names?.find((signer) => signer !== undefined && baker.signers?.includes(signer));
    if (authenticationPublicKey === undefined || name === undefined || shared === undefined) continue;
    if (signers.get(shared)?.software !== "octez-signer") continue;
    findings.problem(
      ["bakers", index, "authenticationPublicKey"],
      `is missing, but ${name} has one and shares the signer ${shared}, which then signs for nobody without. Give one here, or take it away there.`,
    );
    return;
  }
}

function preferMetered(index: number, { uplinks }: Readable<SignerConfiguration>, findings: Findings): void {
  const unmetered = each(uplinks).find(([, uplink]) => uplink.metered === false);
  if (!uplinks?.[0]?.metered || !unmetered) return;
  findings.warning(
    ["signers", index, "uplinks"],
    `begins with a metered uplink: everything goes over it while it works. Put ${unmetered[1].name} first.`,
  );
}

function oneProtocol(index: number, signers: readonly Readable<SignerConfiguration>[], findings: Findings): void {
  const protocols = new Set(signers.flatMap(({ protocol }) => protocol ?? []));
  if (protocols.size < 2) return;
  const list = signers.map(({ name, protocol }) => `${name} ${protocol}`).join(", ");
  findings.problem(
    ["bakers", index, "signers"],
    `must all have one protocol, since the baker knows one address for all: ${list}. Use signers of one kind.`,
  );
}

function authentication(
  index: number,
  baker: Readable<BakerConfiguration>,
  signers: readonly Readable<SignerConfiguration>[],
  findings: Findings,
): void {
  const others = signers.filter(({ software }) => software === "own").map(({ name }) => name);
  if (baker.authenticationPublicKey === undefined || others.length === 0) return;
  findings.warning(
    ["bakers", index, "authenticationPublicKey"],
    `is installed on Raspberry Pis with octez-signer only. Give it to ${others.join(" and ")} yourself, if that signer asks for it.`,
  );
}
