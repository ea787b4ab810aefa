import type { Testbed } from "../testbed/testbed";
import { type LogLine, podLog } from "../testbed/pod-log";
import type { StateChange } from "../records";

/** What the proxies and the forwarders' sshd have told since then (Unix time, seconds), in the order of time. */
export function stateChangesOf(testbed: Testbed, since: number): StateChange[] {
  const { namespace, forwarders, baking } = testbed;
  const stateChanges = [
    ...podLog(baking, namespace, "baker-").flatMap((line) => proxyState("baker", line)),
    ...forwarders.flatMap(({ name, machine }) => {
      const log = podLog(machine, namespace, name);
      return [...log.flatMap((line) => proxyState(name, line)), ...tunnelStates(testbed, name, log)];
    }),
  ];
  return stateChanges
    .filter(({ at }) => at >= since)
    .map((state) => ({ ...state, at: state.at - since }))
    .sort((a, b) => a.at - b.at);
}

/** "Server health-pi-1/eth0 is DOWN, reason: …": HAProxy tells it by itself, to its log. */
function proxyState(where: string, { time, text }: LogLine): StateChange[] {
  const [, backend, server, state] = /^Server health-([^/ ]+)\/(\S+) is (UP|DOWN)/.exec(text) ?? [];
  if (!backend) return [];
  const what = backend === "forwarders" ? server! : `${backend} ${server}`;
  return [{ at: time, where, what, state: state === "UP" ? "up" : "down", text }];
}

const begins = /^Accepted publickey for .*? from (\S+) port (\d+)/;
const ends =
  /^(?:Disconnected from|Connection closed by|Connection reset by|Timeout, client not responding from|Read error from|Received disconnect from) .*?(\d+\.\d+\.\d+\.\d+) port (\d+)/;
const listens = /^Server listening on /;
const leaves = /^Received signal 15; terminating/;

/** A tunnel is known by the address that it comes from: each uplink has one of its own. */
function tunnelStates(testbed: Testbed, forwarder: string, log: readonly LogLine[]): StateChange[] {
  const uplinks = testbed.pis.flatMap((pi) => pi.uplinks.map((uplink) => ({ pi: pi.name, uplink })));
  /** Port of the other end of the session that has the sockets, by signer and uplink. */
  const standing = new Map<string, { readonly port: string; readonly where: string; readonly what: string }>();
  return log.flatMap(({ time, container, text }): StateChange[] => {
    const change = { at: time, text };
    if (listens.test(text) || leaves.test(text)) {
      // Where sshd was killed it has told of no end.
      const where = container.replace(/^sshd-/, "");
      const gone = [...standing.entries()].filter(([, tunnel]) => tunnel.where === where);
      for (const [key] of gone) standing.delete(key);
      const state = listens.test(text) ? ("up" as const) : ("down" as const);
      return [
        ...gone.map(([, { what }]) => ({ ...change, where, what, state: "down" as const })),
        { ...change, where: forwarder, what: container, state },
      ];
    }
    const begin = begins.exec(text);
    const [, address = "", port = ""] = begin ?? ends.exec(text) ?? [];
    const from = uplinks.find(({ uplink }) => uplink.isOwn(address));
    if (!from) return [];
    const tunnel = { where: from.pi, what: `tunnel ${forwarder} ${from.uplink.name}` };
    const key = `${tunnel.where} ${tunnel.what}`;
    if (begin) {
      standing.set(key, { ...tunnel, port });
      return [{ ...change, ...tunnel, state: "up" }];
    }
    // The end of one whose place another has taken changes nothing.
    if (standing.get(key)?.port !== port) return [];
    standing.delete(key);
    return [{ ...change, ...tunnel, state: "down" }];
  });
}
