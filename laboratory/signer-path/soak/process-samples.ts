import { readdirSync, readFileSync } from "node:fs";
import type { Testbed } from "../testbed/testbed";
import type { RaspberryPi } from "../../home/raspberry-pi";
import type { Sample, Series } from "./flatness";

/** A process as /proc shows it. */
interface Look {
  /** Of this process and of no other: its id and when it was started. */
  readonly life: string;
  readonly kilobytes: number;
  readonly descriptors: number;
}

/** Memory and descriptors of the programs that stand for weeks, looked at again and again. */
export class ProcessSamples {
  private readonly bySeries = new Map<string, Map<string, Sample[]>>();

  constructor(private readonly testbed: Testbed) {}

  /** @param at seconds since the run's start */
  take(at: number): void {
    for (const { name, looks } of this.look()) {
      for (const look of looks) {
        this.add(`${name}\tkB of memory`, look.life, { at, value: look.kilobytes });
        this.add(`${name}\tdescriptors`, look.life, { at, value: look.descriptors });
      }
    }
  }

  get series(): Series[] {
    return [...this.bySeries].map(([key, lives]) => {
      const [name, unit] = key.split("\t") as [string, string];
      return { name, unit, lives: [...lives.values()] };
    });
  }

  private look(): { readonly name: string; readonly looks: Look[] }[] {
    const { forwarders, baking, pis } = this.testbed;
    const machines = [...forwarders, { name: "the baker's pod", machine: baking }];
    return [
      ...machines.flatMap(({ name, machine }) => [
        { name: `HAProxy in ${name}`, looks: machine.processes(/^haproxy /).flatMap(lookAt) },
        { name: `sshd in ${name}`, looks: machine.processes(/^\S*sshd/).flatMap(lookAt) },
      ]),
      ...pis.filter(({ isOn }) => isOn).flatMap((pi) => this.lookAtPi(pi)),
    ];
  }

  private lookAtPi(pi: RaspberryPi): { readonly name: string; readonly looks: Look[] }[] {
    const programs = ["autossh", "ssh"];
    const rows = pi
      .sh(listProcesses)
      .split("\n")
      .map((line) => line.split(" "))
      .filter(({ length }) => length === 5);
    return programs.map((program) => ({
      name: `${program} on ${pi.name}`,
      looks: rows
        .filter(([, name]) => name === `(${program})`)
        .map(([pid, , startedAt, kilobytes, descriptors]) => ({
          life: `${pid} ${startedAt}`,
          kilobytes: Number(kilobytes),
          descriptors: Number(descriptors),
        })),
    }));
  }

  private add(series: string, life: string, sample: Sample): void {
    const lives = this.bySeries.get(series) ?? new Map<string, Sample[]>();
    this.bySeries.set(series, lives.set(life, [...(lives.get(life) ?? []), sample]));
  }
}

/** For the shell of a Raspberry Pi: a line for each of the programs, with id, name, start, memory and descriptors. */
const listProcesses = `for pid in $(pgrep -x 'autossh|ssh'); do
  echo "$pid $(cut -d ' ' -f 2,22 /proc/$pid/stat) $(awk '/^VmRSS/ { print $2 }' /proc/$pid/status) $(ls /proc/$pid/fd | wc -l)"
done 2>/dev/null; true`;

/** Nothing, if it has ended. */
function lookAt(pid: number): Look[] {
  try {
    const [, afterName = ""] = /^\d+ \(.*\) (.*)$/.exec(readFileSync(`/proc/${pid}/stat`, "utf8").trim()) ?? [];
    const startedAt = afterName.split(" ")[19]!;
    const [, kilobytes = "0"] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    const descriptors = readdirSync(`/proc/${pid}/fd`).length;
    return [{ life: `${pid} ${startedAt}`, kilobytes: Number(kilobytes), descriptors }];
  } catch {
    return [];
  }
}
