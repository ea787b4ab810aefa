import type {
  BakerConfiguration,
  Configuration,
  SignerConfiguration,
  SignerProtocol,
  UplinkConfiguration,
} from "../schema/configuration";
import { nodeMetricsPort, nodePeerPort, nodeRpcPort } from "./octez";

/**
 * The path of a signing request: baker → forwarder → signer → uplink. Each stage is a proxy that tries the next path
 * when one does not answer in time; so a stage must wait for two tries of the stage below it. What the forwarders and
 * the Raspberry Pis must agree on stands here too.
 */

/** The user as whom a Raspberry Pi logs in at a forwarder's sshd. */
export const sshUser = "signer";
/** Port of the loopback HAProxy in a baker's pod: the locators of its wallet point there. */
export const bakerProxyPort = 8445;
/** Port of the health endpoint on the Raspberry Pi's loopback address. It knows the device, GET /keys/… does not. */
export const healthPort = 6733;
/** What HAProxy asks the health endpoint for: 200 when the signer can sign, 503 when it can't. */
export const healthPath = "/health";
/** Port at which every HAProxy tells its metrics, in the forwarders' pods and in the bakers'. */
export const proxyMetricsPort = 8404;
/** What flows and Services call that port. */
export const proxyStatusPortName = "status";
/** Ports that are taken in the pods where bakers' signer ports or signers' sshd listen, and by whom. */
export const reservedPorts: Readonly<Record<number, string>> = {
  [proxyMetricsPort]: "HAProxy's metrics",
  [nodeRpcPort]: "octez-node's RPC",
  [nodePeerPort]: "octez-node's peers",
  [nodeMetricsPort]: "octez-node's metrics",
};
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

/** What of a signer says how long it may take. */
export type Timed = Pick<SignerConfiguration, "device" | "slowestSignatureSeconds" | "timeoutSeconds" | "uplinks">;

/** The longest that an honest signature of this signer takes, in seconds. A Ledger needs about one. */
export const slowestSignatureSeconds = (signer: Timed): number =>
  signer.slowestSignatureSeconds ?? (signer.device === "ledger" ? 1 : 0.2);

/**
 * The longest round trip from a forwarder to a Raspberry Pi at which a path still serves, in seconds: from the other side
 * of the earth, or over an LTE that is busy. A request takes two: sshd opens a channel, and sends only when it is open.
 */
export const longestRoundTripSeconds = 0.3;

/** T: how long one path to the signer may take, in seconds, before the next one is tried. */
export const pathTimeoutSeconds = (signer: Timed): number =>
  signer.timeoutSeconds ?? round(slowestSignatureSeconds(signer) + 2 * longestRoundTripSeconds);

/** The longest round trip to a Raspberry Pi that T leaves time for, in seconds. */
export const roundTripSeconds = (signer: Timed): number =>
  round((pathTimeoutSeconds(signer) - slowestSignatureSeconds(signer)) / 2);

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
  return stageTimeoutsOver(signersOf(configuration, baker));
}

/** As stageTimeouts, with what they are made of: the slowest signer's path and tries. */
export function stageTimeoutsOver(signers: readonly Timed[]) {
  const total = (signer: Timed) => tries(signer.uplinks.length) * pathTimeoutSeconds(signer);
  const slowest = signers.reduce((a, b) => (total(b) > total(a) ? b : a));
  const signerSeconds = round(total(slowest) + stageMarginSeconds);
  const signerTries = tries(signers.length);
  return {
    pathSeconds: pathTimeoutSeconds(slowest),
    uplinkTries: tries(slowest.uplinks.length),
    signerSeconds,
    signerTries,
    forwarderSeconds: round(signerTries * signerSeconds + stageMarginSeconds),
    marginSeconds: stageMarginSeconds,
  };
}

/** The signers of a baker, in their order. The configuration has been checked: each name is one of a signer. */
export function signersOf(configuration: Configuration, baker: BakerConfiguration): SignerConfiguration[] {
  return baker.signers.flatMap((name) => configuration.signers.filter((signer) => signer.name === name));
}
/** The protocol of a baker's signers. They all speak the same: checks/signers.ts. */
export function signerProtocolOf(configuration: Configuration, baker: BakerConfiguration): SignerProtocol {
  return signersOf(configuration, baker)[0]!.protocol;
}
/** The bakers whose keys a signer holds. */
export function bakersOf(configuration: Configuration, signer: SignerConfiguration): BakerConfiguration[] {
  return configuration.bakers.filter((baker) => baker.signers.includes(signer.name));
}
