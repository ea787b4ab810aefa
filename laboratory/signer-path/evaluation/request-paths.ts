import type { RequestRecord } from "../records";
import { type LogLine, podLog } from "../testbed/pod-log";
import type { Testbed } from "../testbed/testbed";

/** A request in the log of one stage of a proxy. */
export interface StageLine {
  /** The frontend. */
  readonly stage: string;
  /** The last server that the request was sent to. */
  readonly server: string;
  /** Unix times, in seconds. */
  readonly begin: number;
  readonly end: number;
}

/** The clocks of a stage and of the stage before it may differ by this much for one request, in seconds. */
const toleranceSeconds = 0.15;

/**
 * The signing requests in a proxy's log: HAProxy's %tr or %t, %ft, %b/%s and timers, the last of which is the total
 * time:
 * https://docs.haproxy.org/3.0/configuration.html#8.2.6
 */
export function stageLines(log: readonly LogLine[]): StageLine[] {
  return log.flatMap(({ text }) => {
    const [, day, month, year, time, stage, server, timers, rest = ""] =
      /^\S+ \[(\d+)\/(\w+)\/(\d+):([\d:.]+)\] (\S+) [^/ ]+\/(\S+) ([-+\d/]+) (.*)$/.exec(text) ?? [];
    if (!stage || !server || /GET \/\S*$/.test(rest)) return [];
    const begin = Date.parse(`${day} ${month} ${year} ${time} UTC`) / 1000;
    const milliseconds = Number(timers!.split("/").at(-1)!.replace("+", ""));
    return [{ stage, server, begin, end: begin + milliseconds / 1000 }];
  });
}

/** The line of a stage that belongs to a request: it lies within the time of the stage before, and ends with it. */
function lineOf(lines: readonly StageLine[], stage: string, begin: number, end: number): StageLine | undefined {
  const candidates = lines
    .filter(
      (line) =>
        line.stage === stage && line.begin > begin - toleranceSeconds && Math.abs(line.end - end) < toleranceSeconds,
    )
    .map((line) => ({ line, difference: Math.abs(line.end - end) }))
    .sort((a, b) => a.difference - b.difference);
  return candidates[0]?.line;
}

/** The path of a request, such as "forwarder-1 pi-1 eth0"; undefined if the logs don't show it. */
export function pathOf(
  request: { readonly begin: number; readonly end: number },
  proxies: {
    readonly baker: readonly StageLine[];
    readonly forwarders: Readonly<Record<string, readonly StageLine[]>>;
  },
  baker: string,
): string | undefined {
  const first = lineOf(proxies.baker, "forwarders", request.begin, request.end);
  const forwarder = first && proxies.forwarders[first.server];
  if (!first || !forwarder) return undefined;
  const second = lineOf(forwarder, `baker-${baker}`, first.begin, first.end);
  const third = second && lineOf(forwarder, `signer-${second.server}`, second.begin, second.end);
  return third && !third.server.startsWith("<") ? `${first.server} ${second.server} ${third.server}` : undefined;
}

/** Adds its path to each answered request, from the proxies' logs. @param start of the run, Unix time in seconds */
export function withPaths(
  { cloud, configuration }: Testbed,
  requests: readonly RequestRecord[],
  start: number,
): RequestRecord[] {
  const { namespace, baking, forwarders } = cloud;
  const ofRun = (line: LogLine) => line.container === "proxy" && line.time >= start;
  const proxies = {
    baker: stageLines(podLog(baking, namespace, "baker-").filter(ofRun)),
    forwarders: Object.fromEntries(
      forwarders.map(({ name, vm }) => [name, stageLines(podLog(vm, namespace, name).filter(ofRun))]),
    ),
  };
  return requests.map((request) => {
    if (request.outcome === "failed") return request;
    const begin = start + request.at;
    const path = pathOf({ begin, end: begin + request.seconds }, proxies, configuration.bakers[0]!.name);
    return path ? { ...request, path } : request;
  });
}
