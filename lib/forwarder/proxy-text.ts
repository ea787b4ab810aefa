import type { SignerProtocol } from "../config/schema/configuration";
import { proxyMetricsPort } from "../config/facts/signer-path";

/**
 * HAProxy's vocabulary, as the stages of the signer path use it. A stage has paths in strict priority. Health checks
 * change their order and never take one away: whatever the checks say, a request is tried on two of them.
 */

/** One server of a stage. */
export interface Path {
  readonly name: string;
  /** HAProxy address, such as unix@/run/tunnels/pi-1/eth0.sock. */
  readonly address: string;
  /** HAProxy condition that holds while the path's checks succeed, and the one that holds while they fail. */
  readonly healthy: string;
  readonly unhealthy: string;
}

export interface StageProps {
  readonly name: string;
  /** HAProxy address to listen at. */
  readonly bind: string;
  readonly protocol: SignerProtocol;
  /** How long one path may take to answer, in seconds. */
  readonly timeoutSeconds: number;
  /** The preferred one first. */
  readonly paths: Path[];
  /** ACLs that the paths' conditions name. @default - none */
  readonly acls?: readonly string[];
  /** HTTP rules that come before all paths. @default - none */
  readonly requestRules?: readonly string[];
  /** Whether the paths are such stages themselves, which say with a status of their own that they failed. */
  readonly overStages: boolean;
}

/** What a proxy is asked for at proxyMetricsPort. */
export const proxyReadyPath = "/ready";
export const proxyMetricsPath = "/metrics";

/**
 * The sections that every proxy begins with.
 * @param statusRules more that can be asked for at proxyMetricsPort, a line each
 */
export function commonSections(statusRules: string[] = []): string {
  return `global
  log stdout format raw local0
  # A few requests a second: one thread, and memory for these connections instead of for as many as the VM has files.
  nbthread 1
  maxconn 400
  # A soft stop lets the requests under way end. No signature takes longer than this.
  hard-stop-after 10s
  # At its start every path counts as healthy until its first check, which would be spread over the time between two.
  max-spread-checks 1s

defaults common
  log global
  option log-health-checks
  timeout connect 500ms
  # Of callers that are silent between two requests.
  timeout client 30s
  # Each stage has its own.
  timeout server 1s
  # The first path takes everything while it stands: two signers have two watermarks, so requests are never spread.
  balance first
  # A second try goes to another path, at once.
  option redispatch 1

defaults http from common
  mode http
  log-format "%ci:%cp [%tr] %ft %b/%s %TR/%Tw/%Tc/%Tr/%Ta %ST %B %tsc %ac/%fc/%bc/%sc/%rc %HM %HPO"
  # A request can only be sent again if it is here as a whole, also one that comes in chunks.
  option http-buffer-request
  timeout http-request 2s
  timeout http-keep-alive 30s
  # A connection for each request: it goes through the tunnel that stands now. One kept from before may belong to a
  # session that died without a word.
  option http-server-close

defaults tcp from common
  mode tcp
  log-format "%ci:%cp [%t] %ft %b/%s %Tw/%Tc/%Tt %B %ts %ac/%fc/%bc/%sc/%rc"

# Says that this proxy runs. Whether signers can be reached has no part in it: a restart would bring none back.
frontend status from http
  bind *:${proxyMetricsPort}
  http-request set-log-level silent
  monitor-uri ${proxyReadyPath}
  http-request use-service prometheus-exporter if { path ${proxyMetricsPath} }
${lines(statusRules)}  http-request return status 404
`;
}

/** Listens, and passes each request to the first of its paths that answers. */
export function stage(props: StageProps): string {
  const { name, bind, protocol, timeoutSeconds, paths, acls = [] } = props;
  return lines([
    `listen ${name} from ${defaultsOf[protocol]}`,
    `  bind ${bind}`,
    `  timeout server ${milliseconds(timeoutSeconds)}`,
    `  retries ${Math.min(1, paths.length - 1)}`,
    ...protocolRules[protocol](props),
    ...(paths.length > 1 ? acls : []).map((acl) => `  acl ${acl}`),
    ...preferences(paths).map((rule) => `  ${rule}`),
    ...paths.map((path) => `  server ${path.name} ${path.address}`),
  ]);
}

/** The section `defaults` of commonSections for each protocol. */
const defaultsOf: Record<SignerProtocol, string> = { http: "http", tcp: "tcp" };

/** The rules of a stage that HAProxy can apply to requests of a protocol. */
const protocolRules: Record<SignerProtocol, (props: StageProps) => string[]> = {
  http: ({ overStages, requestRules = [] }) => [...retryRules(overStages), ...requestRules.map((rule) => `  ${rule}`)],
  tcp: () => [],
};

/**
 * A refusal is an answer, and is passed on: octez-signer refuses with 500, signatory with 409. Another signer asked
 * for the same would sign it. An answer that is lost is another matter: the same bytes get the same signature.
 */
function retryRules(overStages: boolean): string[] {
  const noAnswer = "conn-failure empty-response response-timeout";
  if (overStages) return [`  retry-on ${noAnswer} 502 503 504`];
  return [
    `  retry-on ${noAnswer}`,
    "  # The next stage takes these for this stage's own word that it got no answer. A signer's own are answers.",
    "  http-response set-status 500 if { status 502:504 }",
  ];
}

/** Rules that put the first healthy path before those that are not. The first one needs none: it is the default. */
function preferences(paths: Path[]): string[] {
  return paths.slice(1).map((path, index) => {
    const before = paths.slice(0, index + 1).map(({ unhealthy }) => unhealthy);
    return `use-server ${path.name} if ${[...before, path.healthy].join(" ")}`;
  });
}

export const milliseconds = (seconds: number): string => `${Math.round(seconds * 1000)}ms`;

export const lines = (texts: string[]): string => texts.map((text) => `${text}\n`).join("");
