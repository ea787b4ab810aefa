import type { StateChange } from "../records";
import { type LogLine, podLog } from "../testbed/pod-log";
import type { Testbed } from "../testbed/testbed";

/** What the logs of HAProxy and of the forwarders' sshd report, in order of time. @param since Unix time, in seconds */
export function stateChangesOf(testbed: Testbed, since: number): StateChange[] {
  const { namespace, forwarders, baking } = testbed.cloud;
  const changes = [
    ...podLog(baking, namespace, "baker-").flatMap((line) => serverChanges("baker", line)),
    ...forwarders.flatMap(({ name, vm }) => {
      const log = podLog(vm, namespace, name);
      return [...log.flatMap((line) => serverChanges(name, line)), ...sshdChanges(testbed, name, log)];
    }),
  ];
  return changes
    .filter(({ at }) => at >= since)
    .map((change) => ({ ...change, at: change.at - since }))
    .sort((a, b) => a.at - b.at);
}

/** HAProxy's "Server health-pi-1/eth0 is DOWN, reason: …". */
function serverChanges(where: string, { time, text }: LogLine): StateChange[] {
  const [, backend, server, state] = /^Server health-([^/ ]+)\/(\S+) is (UP|DOWN)/.exec(text) ?? [];
  if (!backend) return [];
  const what = backend === "forwarders" ? server! : `${backend} ${server}`;
  return [{ at: time, where, what, state: state === "UP" ? "up" : "down", text }];
}

const sessionStarted = /^Accepted publickey for .*? from (\S+) port (\d+)/;
const sessionEnded =
  /^(?:Disconnected from|Connection closed by|Connection reset by|Timeout, client not responding from|Read error from|Received disconnect from) .*?(\d+\.\d+\.\d+\.\d+) port (\d+)/;
const sshdStarted = /^Server listening on /;
const sshdEnded = /^Received signal 15; terminating/;

interface OpenTunnel {
  /** The client's port, by which sshd's log identifies a session. */
  readonly port: string;
  readonly where: string;
  readonly what: string;
}

/** The source address of a session identifies its tunnel, because each uplink has its own. */
function sshdChanges(testbed: Testbed, forwarder: string, log: readonly LogLine[]): StateChange[] {
  const uplinks = testbed.pis.flatMap((pi) => pi.uplinks.map((uplink) => ({ pi: pi.name, uplink })));
  /** The sessions that own the sockets, by signer and uplink. */
  const open = new Map<string, OpenTunnel>();
  return log.flatMap(({ time, container, text }): StateChange[] => {
    const change = { at: time, text };
    if (sshdStarted.test(text) || sshdEnded.test(text)) {
      // An sshd that is killed does not log the end of its sessions.
      const where = container.replace(/^sshd-/, "");
      const ended = [...open.entries()].filter(([, tunnel]) => tunnel.where === where);
      for (const [key] of ended) open.delete(key);
      const state = sshdStarted.test(text) ? ("up" as const) : ("down" as const);
      return [
        ...ended.map(([, { what }]) => ({ ...change, where, what, state: "down" as const })),
        { ...change, where: forwarder, what: container, state },
      ];
    }
    const started = sessionStarted.exec(text);
    const [, address = "", port = ""] = started ?? sessionEnded.exec(text) ?? [];
    const from = uplinks.find(({ uplink }) => uplink.isOwn(address));
    if (!from) return [];
    const tunnel = { where: from.pi, what: `tunnel ${forwarder} ${from.uplink.name}` };
    const key = `${tunnel.where} ${tunnel.what}`;
    if (started) {
      open.set(key, { ...tunnel, port });
      return [{ ...change, ...tunnel, state: "up" }];
    }
    // The end of a session that another one has replaced changes nothing.
    if (open.get(key)?.port !== port) return [];
    open.delete(key);
    return [{ ...change, ...tunnel, state: "down" }];
  });
}
