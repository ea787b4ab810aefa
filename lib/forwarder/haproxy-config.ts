import { keyHash } from "../config/facts/keys";
import type {
  BakerConfiguration,
  Configuration,
  SignerConfiguration,
  UplinkConfiguration,
} from "../config/schema/configuration";
import {
  bakerProxyPort,
  healthPath,
  healthSocket,
  pathTimeoutSeconds,
  proxyMetricsPort,
  signerProtocolOf,
  signersOf,
  signingSocket,
  socketFolder,
  stageTimeouts,
} from "../config/facts/signer-path";
import { commonSections, lines, type Path, proxyReadyPath, stage } from "./proxy-text";

/** Folder of the forwarder's proxy for the sockets between its own stages. */
export const stageSocketFolder = "/run/haproxy";
/** Environment variable of the baker's proxy with the address of a forwarder. Forwarders count from 1. */
export const forwarderVariable = (number: number): string => `FORWARDER_${number}`;

/**
 * haproxy.cfg of a forwarder, the same for each: a stage for each signer over its uplinks, and a stage for each baker
 * over its signers.
 */
export function forwarderProxyConfig(configuration: Configuration): string {
  return [
    commonSections(handOverRules(configuration)),
    ...configuration.signers.flatMap((signer) => [uplinkChecks(signer), ...unfitChecks(signer), signerStage(signer)]),
    ...configuration.bakers.map((baker) => bakerStage(configuration, baker)),
  ].join("\n");
}

/** haproxy.cfg of the proxy in a baker's pod: one stage, over the forwarders. */
export function bakerProxyConfig(configuration: Configuration, baker: BakerConfiguration): string {
  const numbers = Array.from({ length: configuration.forwarders.count }, (_, index) => index + 1);
  const address = (number: number, port: number) => `"\${${forwarderVariable(number)}}:${port}"`;
  const forwarderChecks = lines([
    "# A forwarder counts as healthy while its proxy runs, so that a signer's trouble puts no forwarder second.",
    "backend health-forwarders from http",
    `  option httpchk GET ${proxyReadyPath}`,
    "  http-check expect status 200",
    "  timeout check 1s",
    ...numbers.map((number) => `  server forwarder-${number} ${address(number, proxyMetricsPort)} ${promptCheck}`),
  ]);
  const path = (number: number): Path => ({
    name: `forwarder-${number}`,
    address: address(number, baker.signerPort),
    healthy: `{ srv_is_up(health-forwarders/forwarder-${number}) }`,
    unhealthy: `!{ srv_is_up(health-forwarders/forwarder-${number}) }`,
  });
  const forwarders = stage({
    name: "forwarders",
    bind: `127.0.0.1:${bakerProxyPort}`,
    protocol: signerProtocolOf(configuration, baker),
    timeoutSeconds: stageTimeouts(configuration, baker).forwarderSeconds,
    paths: numbers.map(path),
    requestRules: [authorizedKeysRule(baker)],
    overStages: true,
  });
  return [commonSections(), forwarderChecks, forwarders].join("\n");
}

/**
 * octez-baker asks for this before each signature (`sign` in Octez's http_gen.ml). The signers' own answer is made of
 * the same configuration; given here, a signature is one request, and not two that may each meet a dead path.
 */
function authorizedKeysRule({ authenticationPublicKey: publicKey }: BakerConfiguration): string {
  const keys = publicKey === undefined ? {} : { authorized_keys: [keyHash(publicKey)] };
  return `http-request return status 200 content-type application/json string '${JSON.stringify(keys)}' if METH_GET { path /authorized_keys }`;
}

/**
 * Down after two failures, up after ten successes: a path that comes and goes stays second until it has stood for ten
 * seconds. That costs nothing, for what is second is still tried.
 */
const promptCheck = "check inter 1s fall 2 rise 10";
/** The same where each byte is paid for: seldom while all is well, every second while the state is changing. */
const meteredCheck = "check inter 15s fastinter 1s downinter 5s fall 2 rise 10";

/** Of a signer that can't sign: up after two such answers, down after ten others. */
const promptUnfitCheck = "check inter 1s fall 10 rise 2";

/**
 * What hand-over.sh asks and tells: /bakers is a line for each baker, its name, and of each of its signers how many
 * uplinks are healthy. A forwarder that is about to leave serves none, unless it comes back on its word.
 */
function handOverRules(configuration: Configuration): string[] {
  const line = (baker: BakerConfiguration) =>
    [baker.name, ...signersOf(configuration, baker).map(({ name }) => `%[nbsrv(health-${name})]`)].join(" ");
  const text = configuration.bakers.map((baker) => `${line(baker)}\\n`).join("");
  return [
    "  http-request set-var(proc.leaving) bool(true) if { path /leave } { src 127.0.0.0/8 }",
    "  http-request set-var(proc.leaving) bool(false) if { path /stay } { src 127.0.0.0/8 }",
    "  http-request return status 200 if { path /leave /stay } { src 127.0.0.0/8 }",
    "  http-request return status 503 if { path /bakers } { var(proc.leaving) -m bool }",
    `  http-request return status 200 content-type text/plain lf-string "${text}" if { path /bakers }`,
  ];
}

/** Checks of each uplink, all the way to the Raspberry Pi's health endpoint. No request ever goes this way. */
function uplinkChecks(signer: SignerConfiguration): string {
  return lines([
    `backend health-${signer.name} from http`,
    `  option httpchk GET ${healthPath}`,
    "  http-check expect status 200",
    "  timeout check 1s",
    ...signer.uplinks.map((uplink) => {
      const check = uplink.metered ? meteredCheck : promptCheck;
      return `  server ${uplink.name} ${tunnelAddress(signer, healthSocket(uplink))} ${check}`;
    }),
  ]);
}

/**
 * The same question, for the other answer: a server that is up here says that the signer can't sign. One such word counts
 * for the signer, whichever way it came; otherwise it would be taken for healthy until its metered uplink is asked too.
 */
function unfitChecks(signer: SignerConfiguration): string[] {
  const prompt = signer.uplinks.filter(({ metered }) => !metered);
  if (!isAskedTwice(signer)) return [];
  return [
    lines([
      `# Up: it says that it can't sign. Down is as it should be.`,
      `backend unfit-${signer.name} from http`,
      `  option httpchk GET ${healthPath}`,
      "  http-check expect status 503",
      "  timeout check 1s",
      ...prompt.map(
        (uplink) => `  server ${uplink.name} ${tunnelAddress(signer, healthSocket(uplink))} ${promptUnfitCheck}`,
      ),
    ]),
  ];
}

/** Where all uplinks are asked at the same rate, their own checks tell as soon. */
const isAskedTwice = ({ uplinks }: SignerConfiguration): boolean =>
  uplinks.some(({ metered }) => metered) && uplinks.some(({ metered }) => !metered);

/** Stage 1: a signer, over its uplinks. */
function signerStage(signer: SignerConfiguration): string {
  const path = (uplink: UplinkConfiguration): Path => ({
    name: uplink.name,
    address: tunnelAddress(signer, signingSocket(uplink)),
    healthy: `{ srv_is_up(health-${signer.name}/${uplink.name}) }`,
    unhealthy: `!{ srv_is_up(health-${signer.name}/${uplink.name}) }`,
  });
  return stage({
    name: `signer-${signer.name}`,
    bind: `${stageAddress(signer)} mode 600`,
    protocol: signer.protocol,
    timeoutSeconds: pathTimeoutSeconds(signer),
    paths: signer.uplinks.map(path),
    overStages: false,
  });
}

/**
 * Stage 2: a baker's signers. One whose uplinks all fail their checks, or that says itself that it can't sign, comes
 * after one of which neither is true.
 */
function bakerStage(configuration: Configuration, baker: BakerConfiguration): string {
  const signers = signersOf(configuration, baker);
  const path = (signer: SignerConfiguration): Path => ({
    name: signer.name,
    address: stageAddress(signer),
    healthy: `!out-${signer.name}`,
    unhealthy: `out-${signer.name}`,
  });
  // ACLs of one name are alternatives.
  const acls = signers.flatMap((signer) => [
    `out-${signer.name} nbsrv(health-${signer.name}) eq 0`,
    ...(isAskedTwice(signer) ? [`out-${signer.name} nbsrv(unfit-${signer.name}) gt 0`] : []),
  ]);
  return stage({
    name: `baker-${baker.name}`,
    bind: `*:${baker.signerPort}`,
    protocol: signerProtocolOf(configuration, baker),
    timeoutSeconds: stageTimeouts(configuration, baker).signerSeconds,
    paths: signers.map(path),
    acls,
    overStages: true,
  });
}

const tunnelAddress = (signer: SignerConfiguration, socket: string) => `unix@${socketFolder}/${signer.name}/${socket}`;
const stageAddress = (signer: SignerConfiguration) => `unix@${stageSocketFolder}/${signer.name}.sock`;
