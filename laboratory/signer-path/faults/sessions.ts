import { command } from "../../cluster/commands";
import { enterNetwork } from "../../cluster/network";
import type { Testbed } from "../testbed/testbed";
import type { RaspberryPi } from "../../home/raspberry-pi";
import type { Uplink } from "../../home/uplink";

/** Kills, or freezes, the ssh of a tunnel. @param instance of its unit: "1-eth0" */
export function killTunnel(pi: RaspberryPi, instance: string, signal = "KILL"): void {
  const pattern = `^/usr/bin/ssh .*/tunnels/${instance}.conf`;
  if (!pi.kill(pattern, signal)) throw new Error(`${pi.name} has no tunnel ${instance}`);
}

/** An established connection to one of a forwarder's sshd. */
export interface Session {
  readonly pid: number;
  /** Of the other end: the later one of two has taken the socket. */
  readonly peerPort: number;
}

/** The sessions that came over an uplink to a forwarder, the oldest first. */
export function sessions(testbed: Testbed, forwarder: string, uplink: Uplink): Session[] {
  const { machine } = testbed.forwarder(forwarder);
  const [sshd] = machine.processes(/sshd/);
  if (sshd === undefined) return [];
  const listed = command([...enterNetwork(sshd), "ss", "-Htnp", "state", "established"]);
  return listed
    .split("\n")
    .flatMap((line) => {
      const [, peer, port, pid] = /(\d+\.\d+\.\d+\.\d+)\]?:(\d+)\s+users:.*?pid=(\d+)/.exec(line) ?? [];
      return peer && uplink.isOwn(peer) ? [{ pid: Number(pid), peerPort: Number(port) }] : [];
    })
    .sort((a, b) => a.pid - b.pid);
}

/** Ends the oldest of several sessions of an uplink. */
export function endOldSession(testbed: Testbed, forwarder: string, uplink: Uplink): void {
  const [oldest, successor] = sessions(testbed, forwarder, uplink);
  if (!oldest || !successor) throw new Error(`${forwarder} has no old session of ${uplink.name} beside its successor`);
  process.kill(oldest.pid, "SIGTERM");
}
