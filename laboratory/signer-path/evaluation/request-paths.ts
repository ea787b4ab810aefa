import type { Testbed } from "../testbed/testbed";
import { type LogLine, podLog } from "../testbed/pod-log";
import type { RequestRecord } from "../records";

/** A request as a stage of a proxy has logged it: when it came, when it was over, and which server had it last. */
export interface StageLine {
  readonly stage: string;
  readonly server: string;
  /** Unix time, seconds. */
  readonly begin: number;
  readonly end: number;
}

/** What does not fit better than this is another request, seconds. */
const farOff = 0.15;

/** The stages' lines of a proxy's log; only signing requests. */
export function stageLines(log: readonly LogLine[]): StageLine[] {
  return log.flatMap(({ text }) => {
    // HAProxy's %tr or %t, %ft, %b/%s and its timers, of which the last one is the whole time.
    const [, day, month, year, time, stage, server, timers, rest = ""] =
      /^\S+ \[(\d+)\/(\w+)\/(\d+):([\d:.]+)\] (\S+) [^/ ]+\/(\S+) ([-+\d/]+) (.*)$/.exec(text) ?? [];
    if (!stage || !server || /GET \/\S*$/.test(rest)) return [];
    const begin = Date.parse(`${day} ${month} ${year} ${time} UTC`) / 1000;
    const milliseconds = Number(timers!.split("/").at(-1)!.replace("+", ""));
    return [{ stage, server, begin, end: begin + milliseconds / 1000 }];
  });
}

/** The line of a stage that is this request's: it lies within the time of the stage above, and ends with it. */
function lineOf(lines: readonly StageLine[], stage: string, begin: number, end: number): StageLine | undefined {
  const fits = lines
    .filter((line) => line.stage === stage && line.begin > begin - farOff && Math.abs(line.end - end) < farOff)
    .map((line) => ({ line, off: Math.abs(line.end - end) }))
    .sort((a, b) => a.off - b.off);
  return fits[0]?.line;
}

/** The request's way: "forwarder-1 pi-1 eth0". Undefined where no log tells. */
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

/** The answered requests, each with its way, by the proxies' logs. @param start of the run, Unix time in seconds */
export function withPaths(testbed: Testbed, requests: readonly RequestRecord[], start: number): RequestRecord[] {
  const { namespace, baking, forwarders, configuration } = testbed;
  const ofRun = (line: LogLine) => line.container === "proxy" && line.time >= start;
  const proxies = {
    baker: stageLines(podLog(baking, namespace, "baker-").filter(ofRun)),
    forwarders: Object.fromEntries(
      forwarders.map(({ name, machine }) => [name, stageLines(podLog(machine, namespace, name).filter(ofRun))]),
    ),
  };
  return requests.map((request) => {
    if (request.outcome === "failed") return request;
    const begin = start + request.at;
    const path = pathOf({ begin, end: begin + request.seconds }, proxies, configuration.bakers[0]!.name);
    return path ? { ...request, path } : request;
  });
}
