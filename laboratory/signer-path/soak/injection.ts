import { readFileSync } from "node:fs";
import { sshdFolder } from "../../../lib/forwarder/sshd-config";
import type { Vm } from "../../cluster/vm";
import type { Testbed } from "../testbed/testbed";
import type { RaspberryPi } from "../../home/raspberry-pi";
import type { SignerMode } from "../../stand-ins/octez-signer";
import type { FaultKind, SoakFault } from "./plan";

/** How a fault begins, and how it ends if it lasts. */
interface Broken {
  readonly begin: () => Promise<void> | void;
  readonly end?: () => Promise<void> | void;
}

/** Of the programs on a Raspberry Pi, as pkill -f takes them. */
const sshOf = (uplink: string) => `^([^ ]*/)?ssh .*/tunnels/[0-9]+-${uplink}[.]conf`;
const signerProcess = "/usr/local/bin/octez-signer --base-dir";

/** What a fault of the plan does to a testbed. */
export function broken(testbed: Testbed, { kind, target }: SoakFault): Broken {
  const pi = () => testbed.pi(target.signer!);
  const uplink = () => pi().uplink(target.uplink!);
  const machine = () => testbed.forwarder(target.forwarder!).machine;
  const mode = (text: SignerMode): Broken => ({
    begin: () => testbed.setMode(target.signer!, text),
    end: () => testbed.setMode(target.signer!, "ok"),
  });
  const frozen = (signal: (name: "STOP" | "CONT") => void): Broken => ({
    begin: () => signal("STOP"),
    end: () => signal("CONT"),
  });
  const onPi = (pattern: string) => frozen((signal) => pi().kill(pattern, signal));
  const mended = (begin: () => Promise<void> | void): Broken => ({ begin, end: () => uplink().mend() });

  const faults: Record<FaultKind, () => Broken> = {
    "drop packets": () => mended(() => uplink().drop()),
    "drop packets to the signer": () => mended(() => uplink().drop("to-pi")),
    "drop packets from the signer": () => mended(() => uplink().drop("from-pi")),
    "lose a third of the packets": () => mended(() => uplink().lose(33)),
    "narrow the uplink": () => mended(() => uplink().throttle(24)),
    "lengthen the way": () => mended(() => uplink().lengthen(125, 20)),
    "swallow large packets": () => mended(() => uplink().swallow(500)),
    "reset connections": () => mended(() => uplink().reset()),
    "router forgets its connections": () => ({ begin: () => uplink().forget() }),
    "pull the cable": () => ({
      begin: () => void (uplink().carrier = false),
      end: () => void (uplink().carrier = true),
    }),
    "another address": () => ({ begin: () => uplink().changeAddress() }),
    "kill ssh": () => ({ begin: () => void pi().kill(sshOf(target.uplink!)) }),
    "freeze ssh": () => onPi(sshOf(target.uplink!)),
    "signer hangs": () => mode("hang"),
    "signer closes": () => mode("close"),
    "signer is slow": () => mode("slow 3000"),
    "signer is killed": () => ({ begin: () => void pi().kill(signerProcess) }),
    "signer's program is frozen": () => onPi(signerProcess),
    "signer loses power": () => ({ begin: () => pi().off(), end: () => pi().on() }),
    "forwarder loses power": () => ({
      begin: async () => {
        machine().cut();
        await machine().off();
      },
      end: () => machine().on(),
    }),
    "forwarder is cut off": () => ({ begin: () => machine().cut(), end: () => machine().reconnect() }),
    "kill sshd": () => ({ begin: () => signalAll(sshdOf(machine(), pi(), testbed), "KILL") }),
    "kill HAProxy": () => ({ begin: () => void machine().kill(/^haproxy /) }),
    "freeze HAProxy": () => frozen((signal) => signalAll(machine().processes(/^haproxy /), signal)),
    "delete the forwarder's pod": () => ({ begin: () => testbed.deletePod(target.forwarder!) }),
  };
  return faults[kind]();
}

/** The processes of the sshd that serves a signer: each one's listens at a port of its own. */
function sshdOf(machine: Vm, { name }: RaspberryPi, { configuration }: Testbed): number[] {
  const port = configuration.signers.find((signer) => signer.name === name)!.sshPort;
  return machine.processes(/sshd/).filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/root${sshdFolder}/sshd_config`, "utf8").includes(`\nPort ${port}\n`);
    } catch {
      return false; // it has ended, or is a pod's other process
    }
  });
}

function signalAll(pids: readonly number[], signal: "STOP" | "CONT" | "KILL"): void {
  for (const pid of pids) {
    try {
      process.kill(pid, `SIG${signal}`);
    } catch {
      // It has ended meanwhile.
    }
  }
}
