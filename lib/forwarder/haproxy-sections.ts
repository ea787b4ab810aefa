import type { SignerProtocol } from "../config/schema/configuration";
import { proxyMetricsPort } from "../config/facts/signer-path";

/**
 * The sections of haproxy.cfg that every proxy on the signer path shares. A stage has paths in strict priority. Health
 * checks only change their order and never remove one: whatever they report, a request is tried on two paths.
 *
 * Every keyword is documented at https://docs.haproxy.org/3.0/configuration.html.
 */

/** One server of a stage. */
export interface Path {
  readonly name: string;
  /** HAProxy address, such as unix@/run/tunnels/pi-1/eth0.sock. */
  readonly address: string;
  /** HAProxy condition that is true while the path's health checks succeed. */
  readonly healthy: string;
  /** HAProxy condition that is true while they fail. */
  readonly unhealthy: string;
}

export interface StageProps {
  readonly name: string;
  /** HAProxy address to listen on. */
  readonly bind: string;
  readonly protocol: SignerProtocol;
  /** How long one path may take to answer, in seconds. */
  readonly timeoutSeconds: number;
  /** In order of preference. */
  readonly paths: Path[];
  /** ACLs that the paths' conditions refer to. @default - none */
  readonly acls?: readonly string[];
  /** HTTP rules that are evaluated before a path is chosen; unused with another protocol. @default - none */
  readonly httpRules?: readonly string[];
  /** Whether the paths are stages themselves, which report with a 502, 503 or 504 that they got no answer. */
  readonly overStages: boolean;
}

/** Paths served at proxyMetricsPort. */
export const proxyReadyPath = "/ready";
export const proxyMetricsPath = "/metrics";

/** The settings that a stage of each protocol inherits, from the section `defaults` named like the protocol. */
const defaultsByProtocol: Readonly<Record<SignerProtocol, string>> = {
  http: `  mode http
  log-format "%ci:%cp [%tr] %ft %b/%s %TR/%Tw/%Tc/%Tr/%Ta %ST %B %tsc %ac/%fc/%bc/%sc/%rc %HM %HPO"
  # Only a request that has been received completely, chunked body included, can be retried.
  option http-buffer-request
  timeout http-request 2s
  timeout http-keep-alive 30s
  # Opens a connection for each request, through the tunnel that is up at that moment. A connection that is kept alive
  # may belong to an SSH session that has died silently.
  option http-server-close
`,
  tcp: `  mode tcp
  log-format "%ci:%cp [%t] %ft %b/%s %Tw/%Tc/%Tt %B %ts %ac/%fc/%bc/%sc/%rc"
`,
};

/** The lines of a stage that depend on its protocol. In TCP mode HAProxy retries connections, but never requests. */
const rulesByProtocol: Readonly<Record<SignerProtocol, (props: StageProps) => string[]>> = {
  http: ({ overStages, httpRules = [] }) => [...retryRules(overStages), ...httpRules.map((rule) => `  ${rule}`)],
  tcp: () => [],
};

/**
 * The sections that every haproxy.cfg starts with.
 * @param statusRules further HTTP rules at proxyMetricsPort, one line each
 */
export function commonSections(statusRules: string[] = []): string {
  return `global
  log stdout format raw local0
  # There are only a few requests a second. Without maxconn, memory would be allocated for as many connections as the
  # VM's limit on open files permits.
  nbthread 1
  maxconn 400
  # A soft stop lets requests in flight finish. No signature takes longer than this.
  hard-stop-after 10s
  # At start-up every path counts as healthy until its first check. By default, first checks are spread over a check
  # interval.
  max-spread-checks 1s

defaults common
  log global
  option log-health-checks
  timeout connect 500ms
  # For clients that are idle between two requests.
  timeout client 30s
  # Every stage sets its own.
  timeout server 1s
  # The first available path gets all requests. They must never be spread over signers: each has its own watermark.
  balance first
  # A retry goes to another path, without delay.
  option redispatch 1

${Object.entries(defaultsByProtocol)
  .map(([protocol, settings]) => `defaults ${protocol} from common\n${settings}`)
  .join("\n")}
# Reports that this proxy is running, whether or not it reaches a signer: a restart would not bring a signer back.
frontend status from http
  bind *:${proxyMetricsPort}
  http-request set-log-level silent
  monitor-uri ${proxyReadyPath}
  http-request use-service prometheus-exporter if { path ${proxyMetricsPath} }
${lines(statusRules)}  http-request return status 404
`;
}

/** A section that listens, and passes each request to the first of its paths that answers. */
export function stage(props: StageProps): string {
  const { name, bind, protocol, timeoutSeconds, paths, acls = [] } = props;
  return lines([
    `listen ${name} from ${protocol}`,
    `  bind ${bind}`,
    `  timeout server ${Math.round(timeoutSeconds * 1000)}ms`,
    `  retries ${Math.min(1, paths.length - 1)}`,
    ...rulesByProtocol[protocol](props),
    ...(paths.length > 1 ? acls : []).map((acl) => `  acl ${acl}`),
    ...preferences(paths).map((rule) => `  ${rule}`),
    ...paths.map((path) => `  server ${path.name} ${path.address}`),
  ]);
}

/**
 * A refusal is an answer and is passed on, because another signer might sign what the first one refused. octez-signer
 * refuses with status 500, signatory with 409. After a lost answer a retry is safe: a signer answers the same bytes
 * with the same signature.
 *
 * https://docs.haproxy.org/3.0/configuration.html#4.2-retry-on
 * https://gitlab.com/tezos/tezos/-/blob/octez-v25.1/src/bin_signer/handler.ml
 * https://github.com/ecadlabs/signatory/blob/main/pkg/signatory/signatory.go
 */
function retryRules(overStages: boolean): string[] {
  const noAnswer = "conn-failure empty-response response-timeout";
  if (overStages) return [`  retry-on ${noAnswer} 502 503 504`];
  return [
    `  retry-on ${noAnswer}`,
    "  # To the next stage, 502 to 504 mean that this stage got no answer. If a signer sends one, it is an answer.",
    "  http-response set-status 500 if { status 502:504 }",
  ];
}

/** Rules that prefer the first healthy path over unhealthy ones before it. The first path is the default. */
function preferences(paths: Path[]): string[] {
  return paths.slice(1).map((path, index) => {
    const before = paths.slice(0, index + 1).map(({ unhealthy }) => unhealthy);
    return `use-server ${path.name} if ${[...before, path.healthy].join(" ")}`;
  });
}

export const lines = (texts: string[]): string => texts.map((text) => `${text}\n`).join("");
