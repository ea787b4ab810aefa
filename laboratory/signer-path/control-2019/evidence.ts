import type { Check, RequestRecord, StateChange, Statistics } from "../records";
import type { LogLine } from "../testbed/pod-log";

/** The logs of a run; times are in seconds since its start. */
export interface Logs {
  readonly sshd: readonly LogLine[];
  readonly haproxy: readonly LogLine[];
  readonly autossh: readonly LogLine[];
}

/** The report shows musl's error message; glibc's contains "already". */
const addressInUse = /bind \S+: Address (already )?in use/;
const forwardingFailed = /remote port forwarding failed for listen port/;
const loggedIn = /^Accepted publickey/;
/** HAProxy also prints it to its standard error, after "[WARNING]". */
const serverState = /^Server tezos-signer-backends\/(\S+) is (UP|DOWN)/;
/** sshd reports a port in use within this time after a login, in seconds. */
const bindSeconds = 2;

/** Checks that the run failed as in the report. */
export function checks2019(
  { sshd, autossh }: Logs,
  requests: readonly RequestRecord[],
  { longestGapSeconds }: Pick<Statistics, "longestGapSeconds">,
  ownLongestGapSeconds: number,
): Check[] {
  const observed = (text: string, count: number, what: string): Check => ({
    text,
    actual: `${count} ${what}`,
    passed: count > 0,
  });
  const lines = (log: readonly LogLine[], pattern: RegExp) => log.filter(({ text }) => pattern.test(text)).length;
  return [
    // Otherwise the second uplink would not work either, and the other checks would prove nothing.
    observed("the Raspberry Pi logs in again, over the other uplink", lines(sshd, loggedIn), "logins"),
    observed("sshd: “bind …: Address in use”", lines(sshd, addressInUse), "lines"),
    observed("ssh: “remote port forwarding failed”", lines(autossh, forwardingFailed), "lines"),
    observed(
      "HAProxy: “503 Service Unavailable”",
      requests.filter(({ error }) => error?.startsWith("503")).length,
      "requests",
    ),
    {
      text: `more than ${ownLongestGapSeconds} s without a signature, although an uplink works`,
      actual: `${longestGapSeconds.toFixed(1)} s`,
      passed: longestGapSeconds > ownLongestGapSeconds,
    },
  ];
}

/** The state of HAProxy's servers and of the tunnel, which is up if its login got its ports. */
export function stateChanges2019({ sshd, haproxy, autossh }: Logs): StateChange[] {
  const servers = haproxy.flatMap(({ time, text }): StateChange[] => {
    const [, server, state] = serverState.exec(text) ?? [];
    if (!server) return [];
    return [{ at: time, where: "HAProxy", what: server, state: state === "UP" ? "up" : "down", text }];
  });
  const tunnel = { where: "autossh", what: "tunnel" };
  const down = autossh
    .filter(({ text }) => /port down|ssh exited/.test(text) || forwardingFailed.test(text))
    .map(({ time, text }): StateChange => ({ at: time, ...tunnel, state: "down", text }));
  const logins = sshd.filter(({ text }) => loggedIn.test(text));
  const refusals = sshd.filter(({ text }) => addressInUse.test(text));
  const up = logins
    .filter(({ time }) => !refusals.some((refusal) => refusal.time >= time && refusal.time < time + bindSeconds))
    .map(({ time, text }): StateChange => ({ at: time, ...tunnel, state: "up", text }));
  return [...servers, ...down, ...up].sort((a, b) => a.at - b.at);
}
