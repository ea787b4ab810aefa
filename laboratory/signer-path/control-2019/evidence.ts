import type { LogLine } from "../testbed/pod-log";
import type { Check, DrillRun, Statistics, RequestRecord, StateChange } from "../records";

/** What a run of the report's configuration has written, with seconds since its start as time. */
export interface Logs {
  readonly sshd: readonly LogLine[];
  readonly haproxy: readonly LogLine[];
  readonly autossh: readonly LogLine[];
}

/** The report's line is musl's; glibc puts it in other words. */
const addressInUse = /bind \S+: Address (already )?in use/;
const forwardingFailed = /remote port forwarding failed for listen port/;
const loggedIn = /^Accepted publickey/;
/** HAProxy says it on its standard error too, after a [WARNING]. */
const serverState = /^Server tezos-signer-backends\/(\S+) is (UP|DOWN)/;
/** Seconds after a login in which a port that is in use has been told. */
const soon = 2;

/** What must be seen, or the laboratory could not have shown what this project is for. */
export function seenAsIn2019(
  { sshd, autossh }: Logs,
  requests: readonly RequestRecord[],
  { withoutSigner }: Statistics,
  longestOfOurs: number,
): Check[] {
  const seen = (text: string, count: number, what: string): Check => ({
    text,
    actual: `${count} ${what}`,
    passed: count > 0,
  });
  const lines = (log: readonly LogLine[], pattern: RegExp) => log.filter(({ text }) => pattern.test(text)).length;
  return [
    // Without this one uplink would not stand, and nothing else would mean anything.
    seen("the Raspberry Pi logs in again, over the other uplink", lines(sshd, loggedIn), "logins"),
    seen("sshd: “bind …: Address in use”", lines(sshd, addressInUse), "lines"),
    seen("ssh: “remote port forwarding failed”", lines(autossh, forwardingFailed), "lines"),
    seen(
      "HAProxy: “503 Service Unavailable”",
      requests.filter(({ error }) => error?.startsWith("503")).length,
      "requests",
    ),
    {
      text: `longer than ${longestOfOurs} s without a signer, though one uplink stands`,
      actual: `${withoutSigner.toFixed(1)} s`,
      passed: withoutSigner > longestOfOurs,
    },
  ];
}

/** HAProxy's servers, and the tunnel: up is one whose login left it with its ports. */
export function statesOf2019({ sshd, haproxy, autossh }: Logs): DrillRun["stateChanges"] {
  const servers = haproxy.flatMap(({ time, text }): StateChange[] => {
    const [, server, state] = serverState.exec(text) ?? [];
    if (!server) return [];
    return [{ at: time, where: "HAProxy", what: server, state: state === "UP" ? "up" : "down", text }];
  });
  const tunnel = { where: "autossh", what: "tunnel" };
  const ended = autossh
    .filter(({ text }) => /port down|ssh exited/.test(text) || forwardingFailed.test(text))
    .map(({ time, text }): StateChange => ({ at: time, ...tunnel, state: "down", text }));
  const logins = sshd.filter(({ text }) => loggedIn.test(text));
  const refusals = sshd.filter(({ text }) => addressInUse.test(text));
  const stood = logins
    .filter(({ time }) => !refusals.some((refusal) => refusal.time >= time && refusal.time < time + soon))
    .map(({ time, text }): StateChange => ({ at: time, ...tunnel, state: "up", text }));
  return [...servers, ...ended, ...stood].sort((a, b) => a.at - b.at);
}
