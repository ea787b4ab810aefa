import { readFileSync } from "node:fs";
import { sshdFolder } from "../../../lib/forwarder/sshd-config";
import type { Vm } from "../../cluster/vm";
import type { RaspberryPi } from "../../home/raspberry-pi";
import type { SignerMode } from "../../stand-ins/octez-signer";
import type { Testbed } from "../testbed/testbed";
import type { FaultKind } from "./fault-kinds";
import type { SoakFault } from "./plan";

/** How to inject a fault, and how to repair it. */
interface Injection {
  readonly inject: () => Promise<void> | void;
  /** @default - the fault is over at once */
  readonly repair?: () => Promise<void> | void;
}

/** Patterns of pkill for programs on a Raspberry Pi. */
const sshOf = (uplink: string) => `^([^ ]*/)?ssh .*/tunnels/[0-9]+-${uplink}[.]conf`;
const signerProcess = "/usr/local/bin/octez-signer --base-dir";

/** What a planned fault does to a testbed. */
export function injectionOf(testbed: Testbed, { kind, target }: SoakFault): Injection {
  const pi = () => testbed.pi(target.signer!);
  const uplink = () => pi().uplink(target.uplink!);
  const vm = () => testbed.cloud.forwarder(target.forwarder!).vm;
  const onUplink = (inject: () => Promise<void> | void): Injection => ({ inject, repair: () => uplink().repair() });
  const mode = (mode: SignerMode): Injection => ({
    inject: () => testbed.setMode(target.signer!, mode),
    repair: () => testbed.setMode(target.signer!, "ok"),
  });
  const stopped = (signal: (name: "STOP" | "CONT") => void): Injection => ({
    inject: () => signal("STOP"),
    repair: () => signal("CONT"),
  });
  const stoppedOnPi = (pattern: string) => stopped((signal) => pi().kill(pattern, signal));

  const injections: Record<FaultKind, () => Injection> = {
    "drop all packets": () => onUplink(() => uplink().drop()),
    "drop packets to the signer": () => onUplink(() => uplink().drop("to-pi")),
    "drop packets from the signer": () => onUplink(() => uplink().drop("from-pi")),
    "drop a third of the packets": () => onUplink(() => uplink().dropRandomly(33)),
    "throttle the uplink": () => onUplink(() => uplink().throttle(24)),
    "add latency": () => onUplink(() => uplink().addLatency(125, 20)),
    "drop large packets": () => onUplink(() => uplink().dropLargerThan(500)),
    "reset connections": () => onUplink(() => uplink().resetConnections()),
    "make the router forget its connections": () => ({ inject: () => uplink().forgetConnections() }),
    "unplug the cable": () => ({
      inject: () => void (uplink().carrier = false),
      repair: () => void (uplink().carrier = true),
    }),
    "change the address": () => ({ inject: () => uplink().changeAddress() }),
    "kill ssh": () => ({ inject: () => void pi().kill(sshOf(target.uplink!)) }),
    "stop ssh": () => stoppedOnPi(sshOf(target.uplink!)),
    "signer hangs": () => mode("hang"),
    "signer closes connections": () => mode("close"),
    "signer is slow": () => mode("slow 3000"),
    "kill the signer": () => ({ inject: () => void pi().kill(signerProcess) }),
    "stop the signer": () => stoppedOnPi(signerProcess),
    "signer loses power": () => ({ inject: () => pi().powerOff(), repair: () => pi().powerOn() }),
    "forwarder loses power": () => ({
      inject: async () => {
        vm().cut();
        await vm().off();
      },
      repair: () => vm().on(),
    }),
    "forwarder is unreachable": () => ({ inject: () => vm().cut(), repair: () => vm().reconnect() }),
    "kill sshd": () => ({ inject: () => signalAll(sshdOf(vm(), pi(), testbed), "KILL") }),
    "kill HAProxy": () => ({ inject: () => void vm().kill(/^haproxy /) }),
    "stop HAProxy": () => stopped((signal) => signalAll(vm().processes(/^haproxy /), signal)),
    "delete the forwarder's pod": () => ({ inject: () => testbed.cloud.deletePod(target.forwarder!) }),
  };
  return injections[kind]();
}

/** The processes of the sshd that serves a signer; each signer's sshd has its own port. */
function sshdOf(vm: Vm, { name }: RaspberryPi, { configuration }: Testbed): number[] {
  const port = configuration.signers.find((signer) => signer.name === name)!.sshPort;
  return vm.processes(/sshd/).filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/root${sshdFolder}/sshd_config`, "utf8").includes(`\nPort ${port}\n`);
    } catch {
      return false; // the process has ended, or belongs to another container
    }
  });
}

function signalAll(pids: readonly number[], signal: "STOP" | "CONT" | "KILL"): void {
  for (const pid of pids) {
    try {
      process.kill(pid, `SIG${signal}`);
    } catch {
      // The process has ended in the meantime.
    }
  }
}
