import { command } from "../../cluster/commands";
import { enterNetwork } from "../../cluster/network";
import type { RaspberryPi } from "../../home/raspberry-pi";
import type { Uplink } from "../../home/uplink";
import type { Testbed } from "../testbed/testbed";

/**
 * Sends a signal to a tunnel's ssh.
 * @param instance of the tunnel's unit, such as "1-eth0"
 * @param signal without SIG
 */
export function killTunnel(pi: RaspberryPi, instance: string, signal = "KILL"): void {
  const pattern = `^/usr/bin/ssh .*/tunnels/${instance}.conf`;
  if (!pi.kill(pattern, signal)) throw new Error(`${pi.name} has no tunnel ${instance}`);
}

/** An established connection to an sshd of a forwarder. */
interface Session {
  /** The sshd process that serves it. */
  readonly pid: number;
}

/** The sessions that came to a forwarder over an uplink, oldest first. */
function sessions(testbed: Testbed, forwarder: string, uplink: Uplink): Session[] {
  const { vm } = testbed.cloud.forwarder(forwarder);
  const [sshd] = vm.processes(/sshd/);
  if (sshd === undefined) return [];
  const output = command([...enterNetwork(sshd), "ss", "-Htnp", "state", "established"]);
  return output
    .split("\n")
    .flatMap((line) => {
      const [, peer, pid] = /(\d+\.\d+\.\d+\.\d+)\]?:\d+\s+users:.*?pid=(\d+)/.exec(line) ?? [];
      return peer && uplink.isOwn(peer) ? [{ pid: Number(pid) }] : [];
    })
    .sort((a, b) => a.pid - b.pid);
}

/** Waits until an uplink has a new session at a forwarder alongside its dead one. */
export async function untilNewSession(testbed: Testbed, forwarder: string, uplink: Uplink): Promise<void> {
  await testbed.lab.controlPlane.until(
    `${forwarder} has a new session of ${uplink.name}`,
    () => sessions(testbed, forwarder, uplink).length > 1,
  );
}

/** Ends the oldest of an uplink's sessions at a forwarder. @throws Error if there is only one */
export function endOldSession(testbed: Testbed, forwarder: string, uplink: Uplink): void {
  const [oldest, successor] = sessions(testbed, forwarder, uplink);
  if (!oldest || !successor) throw new Error(`${forwarder} has no old session of ${uplink.name} next to a new one`);
  process.kill(oldest.pid, "SIGTERM");
}
