import type {
  BakerConfiguration,
  Configuration,
  SignerConfiguration,
  SignerProtocol,
  UplinkConfiguration,
} from "../schema/configuration";
import { nodeMetricsPort, nodePeerPort, nodeRpcPort } from "./octez";

/**
 * The path of a signing request: baker → forwarder → signer → uplink. Each stage is a proxy that retries on the next path
 * when one does not answer in time, so a stage must wait for two attempts of the stage below it. Everything that the
 * bakers, the forwarders and the Raspberry Pis must agree on is here, too.
 */

/** The user as which a Raspberry Pi logs in to a forwarder's sshd. */
export const sshUser = "signer";
/** Loopback port of the HAProxy in a baking pod, to which the locators in its wallet point. */
export const bakerProxyPort = 8445;
/** Loopback port of the health endpoint on a Raspberry Pi. Unlike GET /keys/…, it checks the device, too. */
export const healthPort = 6733;
/** Path of the health endpoint: 200 if the signer can sign, 503 if it can't. */
export const healthPath = "/health";
/** Port of the metrics of every HAProxy, in the forwarders' pods and in the baking pods. */
export const proxyMetricsPort = 8404;
/** Name of that port in network policies and Services. */
export const proxyStatusPortName = "status";
/**
 * Interval between scrapes, in seconds. An alert must be sent within 60 s of the fault, and the health checks of a
 * metered uplink take up to 18 s of that, the evaluation up to 30 s.
 */
export const scrapeSeconds = 5;
/** Ports that can be neither a baker's signerPort nor a signer's sshPort, and what they are used for. */
export const reservedPorts: Readonly<Record<number, string>> = {
  [proxyMetricsPort]: "HAProxy's metrics",
  [nodeRpcPort]: "octez-node's RPC",
  [nodePeerPort]: "octez-node's peers",
  [nodeMetricsPort]: "octez-node's metrics",
};
/** Folder of the sockets of a forwarder's sshd; HAProxy mounts those of a signer at <socketFolder>/<signer>. */
export const socketFolder = "/run/tunnels";
/** File name of the socket for the signing requests of an uplink, and of the one for its health checks. */
export const signingSocket = (uplink: UplinkConfiguration) => `${uplink.name}.sock`;
export const healthSocket = (uplink: UplinkConfiguration) => `${uplink.name}.health.sock`;

/**
 * How long after a proposal, in seconds, a signature still results in an attestation that counts. Blocks are 6 s apart
 * since the protocol Tallinn (https://octez.tezos.com/docs/protocols/024_tallinn.html), and the operation must still
 * propagate.
 */
export const signatureDeadlineSeconds = 4;

/** What a stage adds to the timeout of the stage below it, in seconds, so that the lower one gives up first. */
const stageMarginSeconds = 0.1;

/** The settings that determine how long a signer may take. */
export type Timed = Pick<SignerConfiguration, "device" | "slowestSignatureSeconds" | "timeoutSeconds" | "uplinks">;

/** The longest that this signer takes for a signature, in seconds. A Ledger takes about one. */
export const slowestSignatureSeconds = (signer: Timed): number =>
  signer.slowestSignatureSeconds ?? (signer.device === "ledger" ? 1 : 0.2);

/**
 * The longest round trip from a forwarder to a Raspberry Pi, in seconds, that a path must tolerate by default: from the
 * other side of the earth, or over busy LTE. A request takes two round trips: sshd sends it only after it has opened a
 * channel (https://www.rfc-editor.org/rfc/rfc4254#section-5.1).
 */
export const longestRoundTripSeconds = 0.3;

/** T: how long one path to the signer may take, in seconds, before the request is retried on the next one. */
export const pathTimeoutSeconds = (signer: Timed): number =>
  signer.timeoutSeconds ?? round(slowestSignatureSeconds(signer) + 2 * longestRoundTripSeconds);

/** The longest round trip to a Raspberry Pi that T allows for, in seconds. */
export const roundTripSeconds = (signer: Timed): number =>
  round((pathTimeoutSeconds(signer) - slowestSignatureSeconds(signer)) / 2);

export interface StageTimeouts {
  /** Of the forwarder's stage over the baker's signers: how long one signer may take, in seconds. */
  readonly signerSeconds: number;
  /** Of the baking pod's stage over the forwarders: how long one forwarder may take, in seconds. */
  readonly forwarderSeconds: number;
}

/** A proxy retries once, on another path if there is one. */
const attempts = (paths: number) => Math.min(2, paths);
const round = (seconds: number) => Math.round(seconds * 1000) / 1000;

/** The timeouts of a baker's stages. With two uplinks each: 2T + 0.1; with two such signers: 4T + 0.3. */
export function stageTimeouts(configuration: Configuration, baker: BakerConfiguration): StageTimeouts {
  return stageTimeoutsOver(signersOf(configuration, baker));
}

/** Like stageTimeouts, with the terms of the sum: the path and the attempts of the slowest signer. */
export function stageTimeoutsOver(signers: readonly Timed[]) {
  const total = (signer: Timed) => attempts(signer.uplinks.length) * pathTimeoutSeconds(signer);
  const slowest = signers.reduce((a, b) => (total(b) > total(a) ? b : a));
  const signerSeconds = round(total(slowest) + stageMarginSeconds);
  const signerAttempts = attempts(signers.length);
  return {
    pathSeconds: pathTimeoutSeconds(slowest),
    uplinkAttempts: attempts(slowest.uplinks.length),
    signerSeconds,
    signerAttempts,
    forwarderSeconds: round(signerAttempts * signerSeconds + stageMarginSeconds),
    marginSeconds: stageMarginSeconds,
  };
}

/** Whether a signature of these signers arrives before the deadline, whichever of them and of their uplinks fails. */
export const areInTime = (signers: readonly Timed[]): boolean =>
  stageTimeoutsOver(signers).forwarderSeconds <= signatureDeadlineSeconds;

/** The signers of a baker, in its order of preference. */
export function signersOf(configuration: Configuration, baker: BakerConfiguration): SignerConfiguration[] {
  return baker.signers.flatMap((name) => configuration.signers.filter((signer) => signer.name === name));
}
/** The protocol that all signers of a baker speak; checks/signers.ts allows only one. */
export function signerProtocolOf(configuration: Configuration, baker: BakerConfiguration): SignerProtocol {
  return signersOf(configuration, baker)[0]!.protocol;
}
/** The bakers whose keys this signer holds. */
export function bakersOf(configuration: Configuration, signer: SignerConfiguration): BakerConfiguration[] {
  return configuration.bakers.filter((baker) => baker.signers.includes(signer.name));
}
