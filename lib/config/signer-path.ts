import type { BakerConfiguration, Configuration, SignerConfiguration, UplinkConfiguration } from "./schema";

/**
 * The path of a signing request: baker → forwarder → signer → uplink. Each stage is a proxy that tries the next path
 * when one does not answer in time; so a stage must wait for two tries of the stage below it. What the forwarders and
 * the Raspberry Pis must agree on stands here too.
 */

/** The user as whom a Raspberry Pi logs in at a forwarder's sshd. */
export const sshUser = "signer";
/** Port of the health endpoint on the Raspberry Pi's loopback address. It knows the device, GET /keys/… does not. */
export const healthPort = 6733;
/** Folder of an sshd's sockets; HAProxy sees it as <socketFolder>/<signer>. */
export const socketFolder = "/run/tunnels";
/** File name of the socket that carries an uplink's signing requests, and of the one for its health checks. */
export const signingSocket = (uplink: UplinkConfiguration) => `${uplink.name}.sock`;
export const healthSocket = (uplink: UplinkConfiguration) => `${uplink.name}.health.sock`;

/**
 * Seconds after a proposal in which a signature still makes an attestation that counts: blocks come every 6 s since the
 * protocol Tallinn, and the operation has to spread afterwards.
 */
export const signatureDeadlineSeconds = 4;

/** What a stage adds to the time of the one below it, so that the lower one gives up first. */
const stageMarginSeconds = 0.1;

/** The longest that an honest signature of this signer takes, in seconds. A Ledger needs about one. */
export const slowestSignatureSeconds = (signer: SignerConfiguration): number =>
  signer.slowestSignatureSeconds ?? (signer.device === "ledger" ? 1 : 0.2);

/** T: how long one path to the signer may take, in seconds, before the next one is tried. */
export const pathTimeoutSeconds = (signer: SignerConfiguration): number =>
  signer.timeoutSeconds ?? Math.max(0.5, 1.5 * slowestSignatureSeconds(signer));

export interface StageTimeouts {
  /** Of the forwarders' stage over the baker's signers: how long one signer may take, in seconds. */
  readonly signerSeconds: number;
  /** Of the stage in the baker's pod, over the forwarders: how long one forwarder may take, in seconds. */
  readonly forwarderSeconds: number;
}

/** A proxy retries once: two tries, or one where there is nothing else to try. */
const tries = (paths: number) => Math.min(2, paths);
const round = (seconds: number) => Math.round(seconds * 1000) / 1000;

/** The growing time-outs of a baker's stages: with T on two uplinks 2T + 0.1, over two signers of those 4T + 0.3. */
export function stageTimeouts(configuration: Configuration, baker: BakerConfiguration): StageTimeouts {
  const signers = signersOf(configuration, baker);
  const slowest = Math.max(...signers.map((s) => tries(s.uplinks.length) * pathTimeoutSeconds(s)));
  const signerSeconds = round(slowest + stageMarginSeconds);
  return { signerSeconds, forwarderSeconds: round(tries(signers.length) * signerSeconds + stageMarginSeconds) };
}

/** The signers of a baker, in their order. The configuration has been checked: each name is one of a signer. */
export function signersOf(configuration: Configuration, baker: BakerConfiguration): SignerConfiguration[] {
  return baker.signers.flatMap((name) => configuration.signers.filter((signer) => signer.name === name));
}
/** The bakers whose keys a signer holds. */
export function bakersOf(configuration: Configuration, signer: SignerConfiguration): BakerConfiguration[] {
  return configuration.bakers.filter((baker) => baker.signers.includes(signer.name));
}
