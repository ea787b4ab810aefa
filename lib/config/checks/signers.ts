import type { Findings } from "../reading/findings";
import type { BakerConfiguration, Configuration, SignerConfiguration, SignerProtocol } from "../schema/configuration";
import type { Readable } from "../reading/shape";
import { each } from "./each";

/** The protocol that octez-signer's systemd unit serves (raspberry-pi/signer-software.ts). */
const octezSignerProtocol: SignerProtocol = "http";

/** Whether the signers of each baker go together, and whether each can do what its settings say. */
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
  for (const [index, signer] of each(signers)) checkUplinkOrder(index, signer, findings);
  const byName = new Map(each(signers).map(([, signer]) => [signer.name, signer]));
  for (const [index, baker] of each(bakers)) {
    const own = each(baker.signers).flatMap(([, name]) => byName.get(name) ?? []);
    checkProtocols(index, own, findings);
    checkAuthentication(index, baker, own, findings);
  }
  for (const [index, baker] of each(bakers)) checkSharedAuthentication(index, baker, each(bakers), byName, findings);
}

/**
 * octez-signer requires authentication of all its clients or of none: a baker without an authentication key would get no
 * signature. https://octez.tezos.com/docs/user/key-management.html
 */
function checkSharedAuthentication(
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
      `is missing, but ${name} has one and shares the signer ${shared}, which therefore signs only for bakers that authenticate. Add one to this baker, or remove it from ${name}.`,
    );
    return;
  }
}

function checkUplinkOrder(index: number, { uplinks }: Readable<SignerConfiguration>, findings: Findings): void {
  const unmetered = each(uplinks).find(([, uplink]) => uplink.metered === false);
  if (!uplinks?.[0]?.metered || !unmetered) return;
  findings.warning(
    ["signers", index, "uplinks"],
    `begins with a metered uplink, which carries all requests while it works. Put ${unmetered[1].name} first.`,
  );
}

function checkProtocols(index: number, signers: readonly Readable<SignerConfiguration>[], findings: Findings): void {
  const protocols = new Set(signers.flatMap(({ protocol }) => protocol ?? []));
  if (protocols.size < 2) return;
  const list = signers.map(({ name, protocol }) => `${name} ${protocol}`).join(", ");
  findings.problem(
    ["bakers", index, "signers"],
    `must all have the same protocol, since the baker has one address for all of them: ${list}. Use signers with the same protocol.`,
  );
}

function checkAuthentication(
  index: number,
  baker: Readable<BakerConfiguration>,
  signers: readonly Readable<SignerConfiguration>[],
  findings: Findings,
): void {
  const others = signers.filter(({ software }) => software === "own").map(({ name }) => name);
  if (baker.authenticationPublicKey === undefined || others.length === 0) return;
  findings.warning(
    ["bakers", index, "authenticationPublicKey"],
    `is installed only on Raspberry Pis with octez-signer. If ${others.join(" and ")} should require it, configure it there yourself.`,
  );
}
