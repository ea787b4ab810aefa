import type { Findings } from "../reading/findings";
import type { Configuration, SignerConfiguration } from "../schema/configuration";
import type { Readable } from "../reading/shape";
import {
  pathTimeoutSeconds,
  signatureDeadlineSeconds,
  slowestSignatureSeconds,
  stageTimeoutsOver,
  type Timed,
} from "../facts/signer-path";
import { each } from "./each";

/** The stages of the path to the signers: long enough for an honest signature, short enough for a block. */
export function checkTimeouts({ signers, bakers }: Readable<Configuration>, findings: Findings): void {
  const timed = new Map<string, Timed>();
  for (const [index, signer] of each(signers)) {
    if (
      !isTimed(signer) ||
      ["slowestSignatureSeconds", "timeoutSeconds"].some((field) => findings.hasProblem(["signers", index, field]))
    ) {
      continue;
    }
    const slowest = slowestSignatureSeconds(signer);
    const timeout = pathTimeoutSeconds(signer);
    if (timeout <= slowest) {
      findings.problem(
        ["signers", index, "timeoutSeconds"],
        `${timeout} s would give up on honest signatures, which take up to ${slowest} s here. Set timeoutSeconds above ${slowest}, or slowestSignatureSeconds to what you measured.`,
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
  signer.device !== undefined && signer.uplinks !== undefined && signer.uplinks.every((uplink) => uplink !== undefined);

function tooLong(signers: readonly Timed[]): string {
  const { signerSeconds, forwarderSeconds, pathSeconds, uplinkTries, signerTries, marginSeconds } =
    stageTimeoutsOver(signers);
  const deadline = signatureDeadlineSeconds;
  const most = Math.floor((((deadline - marginSeconds) / signerTries - marginSeconds) / uplinkTries) * 100) / 100;
  const fewer = [signerTries > 1 ? "one signer" : "", uplinkTries > 1 ? "one uplink each" : ""]
    .filter((text) => text)
    .join(" or ");
  return (
    `the path takes up to ${forwarderSeconds} s, and after ${deadline} s a signature is too late for its block: ` +
    `${uplinkTries} × ${pathSeconds} s (uplinks) + ${marginSeconds} = ${signerSeconds} s a signer, ` +
    `${signerTries} × ${signerSeconds} s (signers) + ${marginSeconds} = ${forwarderSeconds} s. ` +
    `Use signers that need no more than timeoutSeconds: ${most}${fewer ? `, or ${fewer}` : ""}.`
  );
}
