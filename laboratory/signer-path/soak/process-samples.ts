import { readdirSync, readFileSync } from "node:fs";
import type { RaspberryPi } from "../../home/raspberry-pi";
import type { Testbed } from "../testbed/testbed";
import type { Sample, Series } from "./flatness";

/** A process in /proc. */
interface Process {
  /** Process id and start time, which together identify a process. */
  readonly identity: string;
  readonly kilobytes: number;
  readonly descriptors: number;
}

interface ProcessGroup {
  /** Such as "sshd in forwarder-1". */
  readonly name: string;
  readonly processes: Process[];
}

/** Samples of the memory and descriptors of the programs that run for weeks. */
export class ProcessSamples {
  private readonly bySeries = new Map<string, Map<string, Sample[]>>();

  constructor(private readonly testbed: Testbed) {}

  /** Takes a sample of every process. @param at seconds since the run's start */
  take(at: number): void {
    for (const { name, processes } of this.groups()) {
      for (const { identity, kilobytes, descriptors } of processes) {
        this.add(`${name}\tkB of memory`, identity, { at, value: kilobytes });
        this.add(`${name}\tdescriptors`, identity, { at, value: descriptors });
      }
    }
  }

  /** The samples so far. */
  get series(): Series[] {
    return [...this.bySeries].map(([key, byProcess]) => {
      const [name, unit] = key.split("\t") as [string, string];
      return { name, unit, processes: [...byProcess.values()] };
    });
  }

  private groups(): ProcessGroup[] {
    const { cloud, pis } = this.testbed;
    const vms = [...cloud.forwarders, { name: "the baking pod", vm: cloud.baking }];
    return [
      ...vms.flatMap(({ name, vm }) => [
        { name: `HAProxy in ${name}`, processes: vm.processes(/^haproxy /).flatMap(readProcess) },
        { name: `sshd in ${name}`, processes: vm.processes(/^\S*sshd/).flatMap(readProcess) },
      ]),
      ...pis.filter(({ isOn }) => isOn).flatMap((pi) => this.groupsOf(pi)),
    ];
  }

  private groupsOf(pi: RaspberryPi): ProcessGroup[] {
    const programs = ["autossh", "ssh"];
    const rows = pi
      .sh(listProcesses)
      .split("\n")
      .map((line) => line.split(" "))
      .filter(({ length }) => length === 5);
    return programs.map((program) => ({
      name: `${program} on ${pi.name}`,
      processes: rows
        .filter(([, name]) => name === `(${program})`)
        .map(([pid, , startedAt, kilobytes, descriptors]) => ({
          identity: `${pid} ${startedAt}`,
          kilobytes: Number(kilobytes),
          descriptors: Number(descriptors),
        })),
    }));
  }

  private add(series: string, process: string, sample: Sample): void {
    const byProcess = this.bySeries.get(series) ?? new Map<string, Sample[]>();
    this.bySeries.set(series, byProcess.set(process, [...(byProcess.get(process) ?? []), sample]));
  }
}

/**
 * Shell for a Raspberry Pi: prints id, name, start time, memory and number of descriptors of each process, from
 * https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 */
const listProcesses = `for pid in $(pgrep -x 'autossh|ssh'); do
  echo "$pid $(cut -d ' ' -f 2,22 /proc/$pid/stat) $(awk '/^VmRSS/ { print $2 }' /proc/$pid/status) $(ls /proc/$pid/fd | wc -l)"
done 2>/dev/null; true`;

/** Returns nothing if the process has ended. */
function readProcess(pid: number): Process[] {
  try {
    const [, afterName = ""] = /^\d+ \(.*\) (.*)$/.exec(readFileSync(`/proc/${pid}/stat`, "utf8").trim()) ?? [];
    const startedAt = afterName.split(" ")[19]!;
    const [, kilobytes = "0"] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    const descriptors = readdirSync(`/proc/${pid}/fd`).length;
    return [{ identity: `${pid} ${startedAt}`, kilobytes: Number(kilobytes), descriptors }];
  } catch {
    return [];
  }
}
