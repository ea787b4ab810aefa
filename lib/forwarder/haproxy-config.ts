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
import { forwarderName, forwarderNumbers } from "./forwarder-names";
import { commonSections, lines, type Path, proxyReadyPath, stage } from "./haproxy-sections";

/** Folder in the forwarder's proxy container for the sockets between its own stages. */
export const stageSocketFolder = "/run/haproxy";
/** Folder in the forwarder's proxy container with the sockets of a signer's tunnels. */
export const tunnelSocketFolder = (signer: SignerConfiguration): string => `${socketFolder}/${signer.name}`;
/** Backend of a forwarder's proxy with the health checks of a signer's uplinks, which are its servers. */
export const uplinkHealthBackend = (signer: string): string => `health-${signer}`;
/** Backend of a baker's proxy with the health checks of the forwarders, which are its servers. */
export const forwarderHealthBackend = "health-forwarders";
/** Environment variable of the baker's proxy with a forwarder's address. Forwarders are numbered from 1. */
export const forwarderVariable = (number: number): string => `FORWARDER_${number}`;

/**
 * haproxy.cfg of a forwarder, which is the same for all of them: a stage for each signer over its uplinks, and a stage
 * for each baker over its signers.
 */
export function forwarderProxyConfig(configuration: Configuration): string {
  return [
    commonSections(drainRules(configuration)),
    ...configuration.signers.flatMap((signer) => [
      uplinkChecks(signer),
      ...cannotSignChecks(signer),
      signerStage(signer),
    ]),
    ...configuration.bakers.map((baker) => bakerStage(configuration, baker)),
  ].join("\n");
}

/** haproxy.cfg of the proxy in a baker's pod: one stage, over the forwarders. */
export function bakerProxyConfig(configuration: Configuration, baker: BakerConfiguration): string {
  const numbers = forwarderNumbers(configuration);
  const address = (number: number, port: number) => `"\${${forwarderVariable(number)}}:${port}"`;
  const forwarderChecks = lines([
    "# A forwarder is healthy while its proxy is running: a signer's failure must not demote a forwarder.",
    ...healthCheck(forwarderHealthBackend, proxyReadyPath, 200),
    ...numbers.map(
      (number) => `  server ${forwarderName(number)} ${address(number, proxyMetricsPort)} ${frequentCheck}`,
    ),
  ]);
  const path = (number: number): Path => ({
    name: forwarderName(number),
    address: address(number, baker.signerPort),
    ...serverHealth(`${forwarderHealthBackend}/${forwarderName(number)}`),
  });
  const forwarders = stage({
    name: "forwarders",
    bind: `127.0.0.1:${bakerProxyPort}`,
    protocol: signerProtocolOf(configuration, baker),
    timeoutSeconds: stageTimeouts(configuration, baker).forwarderSeconds,
    paths: numbers.map(path),
    httpRules: [authorizedKeysRule(baker)],
    overStages: true,
  });
  return [commonSections(), forwarderChecks, forwarders].join("\n");
}

/**
 * Answers the question that octez-baker asks before each signature. A signer would answer the same, from the same
 * configuration; answered here, a signature takes one request instead of two, each of which may meet a dead path.
 * https://gitlab.com/tezos/tezos/-/blob/octez-v25.1/src/lib_signer_backends/http_gen.ml
 */
function authorizedKeysRule({ authenticationPublicKey: publicKey }: BakerConfiguration): string {
  const keys = publicKey === undefined ? {} : { authorized_keys: [keyHash(publicKey)] };
  return `http-request return status 200 content-type application/json string '${JSON.stringify(keys)}' if METH_GET { path /authorized_keys }`;
}

/**
 * Down after two failures, up after ten successes: a path that flaps stays in second place until it has been up for ten
 * seconds. That is harmless, because the path in second place is still tried.
 */
const frequentCheck = "check inter 1s fall 2 rise 10";
/** The same where traffic is paid for by the byte: infrequent while healthy, every second while the state changes. */
const meteredCheck = "check inter 15s fastinter 1s downinter 5s fall 2 rise 10";

/** For a server that is up while the signer can't sign: up after two such answers, down after ten others. */
const cannotSignCheck = "check inter 1s fall 10 rise 2";

/** A backend for health checks alone, up to its servers. */
const healthCheck = (backend: string, path: string, status: number): string[] => [
  `backend ${backend} from http`,
  `  option httpchk GET ${path}`,
  `  http-check expect status ${status}`,
  "  timeout check 1s",
];

/** The conditions of a path whose health is that of a server in another backend. */
const serverHealth = (server: string): Pick<Path, "healthy" | "unhealthy"> => ({
  healthy: `{ srv_is_up(${server}) }`,
  unhealthy: `!{ srv_is_up(${server}) }`,
});

/**
 * What the preStop hook drain-forwarder.sh reads and sets. /bakers returns a line for each baker: its name, and the
 * number of healthy uplinks of each of its signers. A draining forwarder returns none, unless its hook has undone the
 * drain.
 */
function drainRules(configuration: Configuration): string[] {
  const lineOf = (baker: BakerConfiguration) => {
    const uplinks = signersOf(configuration, baker).map(({ name }) => `%[nbsrv(${uplinkHealthBackend(name)})]`);
    return `${[baker.name, ...uplinks].join(" ")}\\n`;
  };
  const text = configuration.bakers.map(lineOf).join("");
  return [
    "  http-request set-var(proc.draining) bool(true) if { path /drain } { src 127.0.0.0/8 }",
    "  http-request set-var(proc.draining) bool(false) if { path /undrain } { src 127.0.0.0/8 }",
    "  http-request return status 200 if { path /drain /undrain } { src 127.0.0.0/8 }",
    "  http-request return status 503 if { path /bakers } { var(proc.draining) -m bool }",
    `  http-request return status 200 content-type text/plain lf-string "${text}" if { path /bakers }`,
  ];
}

/** Health checks of each uplink, all the way to the Raspberry Pi's health endpoint. Requests never take this path. */
function uplinkChecks(signer: SignerConfiguration): string {
  return lines([
    ...healthCheck(uplinkHealthBackend(signer.name), healthPath, 200),
    ...signer.uplinks.map((uplink) => healthServer(signer, uplink, uplink.metered ? meteredCheck : frequentCheck)),
  ]);
}

/**
 * The same request, but expecting the opposite answer: a server that is up here means that the signer can't sign. One
 * such answer, over whichever uplink, demotes the signer. Otherwise it would count as healthy until its metered uplink
 * is checked too.
 */
function cannotSignChecks(signer: SignerConfiguration): string[] {
  if (!hasCannotSignChecks(signer)) return [];
  return [
    lines([
      "# UP means that the signer reports that it can't sign. DOWN is normal.",
      ...healthCheck(cannotSignBackend(signer), healthPath, 503),
      ...signer.uplinks
        .filter(({ metered }) => !metered)
        .map((uplink) => healthServer(signer, uplink, cannotSignCheck)),
    ]),
  ];
}

/** Needed only with both kinds of uplink: if all are checked equally often, uplinkChecks reacts just as fast. */
const hasCannotSignChecks = ({ uplinks }: SignerConfiguration): boolean =>
  uplinks.some(({ metered }) => metered) && uplinks.some(({ metered }) => !metered);

const cannotSignBackend = (signer: SignerConfiguration) => `cannot-sign-${signer.name}`;

const healthServer = (signer: SignerConfiguration, uplink: UplinkConfiguration, check: string) =>
  `  server ${uplink.name} ${tunnelAddress(signer, healthSocket(uplink))} ${check}`;

/** Stage 1: a signer, over its uplinks. */
function signerStage(signer: SignerConfiguration): string {
  const path = (uplink: UplinkConfiguration): Path => ({
    name: uplink.name,
    address: tunnelAddress(signer, signingSocket(uplink)),
    ...serverHealth(`${uplinkHealthBackend(signer.name)}/${uplink.name}`),
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
 * Stage 2: a baker, over its signers. A signer is demoted while none of its uplinks is healthy, or while it reports
 * that it can't sign.
 */
function bakerStage(configuration: Configuration, baker: BakerConfiguration): string {
  const signers = signersOf(configuration, baker);
  const path = (signer: SignerConfiguration): Path => ({
    name: signer.name,
    address: stageAddress(signer),
    healthy: `!down-${signer.name}`,
    unhealthy: `down-${signer.name}`,
  });
  // ACLs with the same name are combined with OR.
  const acls = signers.flatMap((signer) => [
    `down-${signer.name} nbsrv(${uplinkHealthBackend(signer.name)}) eq 0`,
    ...(hasCannotSignChecks(signer) ? [`down-${signer.name} nbsrv(${cannotSignBackend(signer)}) gt 0`] : []),
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

const tunnelAddress = (signer: SignerConfiguration, socket: string) => `unix@${tunnelSocketFolder(signer)}/${socket}`;
const stageAddress = (signer: SignerConfiguration) => `unix@${stageSocketFolder}/${signer.name}.sock`;
