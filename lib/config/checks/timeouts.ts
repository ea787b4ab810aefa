import type { Findings } from "../reading/findings";
import type { Configuration, SignerConfiguration } from "../schema/configuration";
import { isUnreadable, type Readable } from "../reading/shape";
import {
  pathTimeoutSeconds,
  signatureDeadlineSeconds,
  slowestSignatureSeconds,
  stageTimeoutsOver,
  type Timed,
} from "../facts/signer-path";
import { each } from "./each";

/** The timeouts of the signer path: long enough for the slowest signature, short enough for a block. */
export function checkTimeouts({ signers, bakers }: Readable<Configuration>, findings: Findings): void {
  const timed = new Map<string, Timed>();
  for (const [index, signer] of each(signers)) {
    if (!isTimed(signer)) continue;
    const slowest = slowestSignatureSeconds(signer);
    const timeout = pathTimeoutSeconds(signer);
    if (timeout <= slowest) {
      findings.problem(
        ["signers", index, "timeoutSeconds"],
        `${timeout} s is too short for this signer's signatures, which take up to ${slowest} s. Set timeoutSeconds above ${slowest}, or set slowestSignatureSeconds to the longest time that you have measured.`,
      );
    } else if (signer.name !== undefined) timed.set(signer.name, signer);
  }
  for (const [index, baker] of each(bakers)) {
    const own = (baker.signers ?? []).map((name) => (name === undefined ? undefined : timed.get(name)));
    if (own.length === 0 || !own.every((signer) => signer !== undefined)) continue;
    const { forwarderSeconds } = stageTimeoutsOver(own);
    if (forwarderSeconds > signatureDeadlineSeconds) findings.problem(["bakers", index, "signers"], tooLong(own));
  }
}

const isTimed = (signer: Readable<SignerConfiguration>): signer is Readable<SignerConfiguration> & Timed =>
  signer.device !== undefined &&
  signer.uplinks !== undefined &&
  signer.uplinks.every((uplink) => uplink !== undefined) &&
  !isUnreadable(signer, "slowestSignatureSeconds") &&
  !isUnreadable(signer, "timeoutSeconds");

function tooLong(signers: readonly Timed[]): string {
  const { signerSeconds, forwarderSeconds, pathSeconds, uplinkAttempts, signerAttempts, marginSeconds } =
    stageTimeoutsOver(signers);
  const deadline = signatureDeadlineSeconds;
  const most = Math.floor((((deadline - marginSeconds) / signerAttempts - marginSeconds) / uplinkAttempts) * 100) / 100;
  const fewer = [signerAttempts > 1 ? "one signer" : "", uplinkAttempts > 1 ? "one uplink each" : ""]
    .filter((text) => text)
    .join(" or ");
  return (
    `can take up to ${forwarderSeconds} s for a signature, but after ${deadline} s it is too late for its block: ` +
    `${uplinkAttempts} × ${pathSeconds} s (uplinks) + ${marginSeconds} = ${signerSeconds} s per signer, ` +
    `${signerAttempts} × ${signerSeconds} s (signers) + ${marginSeconds} = ${forwarderSeconds} s. ` +
    `Use signers with timeoutSeconds of at most ${most}${fewer ? `, or ${fewer}` : ""}.`
  );
}
