import type { Findings } from "../reading/findings";
import type { Configuration, SignerConfiguration } from "../schema/configuration";
import { isUnreadable, type Readable } from "../reading/shape";
import {
  areInTime,
  pathTimeoutSeconds,
  signatureDeadlineSeconds,
  slowestSignatureSeconds,
  stageTimeoutsOver,
  type Timed,
} from "../facts/signer-path";
import { each } from "./each";

/** The timeouts of the signer path: long enough for the slowest signature, short enough for a block. */
export function checkTimeouts({ signers, bakers }: Readable<Configuration>, findings: Findings): void {
  const timed = new Map<string, TimedSigner>();
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
    if (!areInTime(own)) findings.problem(["bakers", index, "signers"], tooLong(own));
  }
}

/** A signer of which everything is known that determines how long it may take. */
export type TimedSigner = Timed & { readonly name?: string };

export const isTimed = (signer: Readable<SignerConfiguration>): signer is Readable<SignerConfiguration> & TimedSigner =>
  signer.device !== undefined &&
  signer.uplinks !== undefined &&
  signer.uplinks.every((uplink) => uplink !== undefined) &&
  !isUnreadable(signer, "slowestSignatureSeconds") &&
  !isUnreadable(signer, "timeoutSeconds");

function tooLong(signers: readonly TimedSigner[]): string {
  const { signerSeconds, forwarderSeconds, pathSeconds, uplinkAttempts, signerAttempts, marginSeconds } =
    stageTimeoutsOver(signers);
  const deadline = signatureDeadlineSeconds;
  const most = Math.floor((((deadline - marginSeconds) / signerAttempts - marginSeconds) / uplinkAttempts) * 100) / 100;
  // A timeout below the time of a signature would be refused.
  const shorter = signers.every((signer) => slowestSignatureSeconds(signer) < most);
  const remedies = [...(shorter ? [`signers with timeoutSeconds of at most ${most}`] : []), ...whatFits(signers)];
  return (
    `can take up to ${forwarderSeconds} s for a signature, but after ${deadline} s it is too late for its block: ` +
    `${uplinkAttempts} × ${pathSeconds} s (uplinks) + ${marginSeconds} = ${signerSeconds} s per signer, ` +
    `${signerAttempts} × ${signerSeconds} s (signers) + ${marginSeconds} = ${forwarderSeconds} s. ` +
    `Use ${remedies.length > 0 ? remedies.join(", or ") : "faster signers"}. docs/raspberry-pi.md has a table of what fits.`
  );
}

/** Smaller sets of these signers and their uplinks that are in time, each with what it can take. */
function whatFits(signers: readonly TimedSigner[]): string[] {
  const slow = signers.filter((signer) => !areInTime(signers.map(() => signer)));
  const options: [string, TimedSigner[]][] = [
    [
      slow.length === signers.length
        ? "one uplink each"
        : `one uplink for ${slow.map(({ name }) => name).join(" and ")}`,
      signers.map((signer) => (slow.includes(signer) ? withOneUplink(signer) : signer)),
    ],
    ...(signers.length > 1 ? signers : []).map((signer): [string, TimedSigner[]] => [`${signer.name} alone`, [signer]]),
  ];
  return options
    .filter(([, some]) => areInTime(some))
    .map(([text, some]) => `${text} (${stageTimeoutsOver(some).forwarderSeconds} s)`);
}

export const withOneUplink = (signer: TimedSigner): TimedSigner => ({ ...signer, uplinks: signer.uplinks.slice(0, 1) });
