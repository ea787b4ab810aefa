import { createInterface } from "node:readline";
import type { RunningScripts, ScriptResult } from "./script-sandbox";

/** Where a start is cut off. */
export type Cut =
  /** All of it, after a time: a power cut. */
  | { readonly kind: "moment"; readonly milliseconds: number }
  /** All of it, right after a call that has changed the disk, counted from 1 over all of its processes. */
  | { readonly kind: "write"; readonly number: number }
  /** One of its processes, in place of each of its calls of that kind from a number on: as when memory runs out. */
  | { readonly kind: "process"; readonly call: CallGroup; readonly when: number };

export const shownCut = (cut: Cut): string =>
  cut.kind === "moment"
    ? `all killed after ${cut.milliseconds.toFixed(0)} ms`
    : cut.kind === "write"
      ? `all killed after write ${cut.number}`
      : `processes killed at their ${cut.call} ${cut.when}`;

/** Kinds of calls that change a disk; an architecture has some names of each ("?": strace passes over the others). */
const callGroups = {
  write: "?write,?pwrite64,?writev,?sendfile,?copy_file_range,?ftruncate,?truncate",
  open: "?open,?openat",
  sync: "?fsync,?fdatasync,?syncfs",
  rename: "?rename,?renameat,?renameat2",
  link: "?link,?linkat,?symlink,?symlinkat",
  unlink: "?unlink,?unlinkat,?rmdir",
  mkdir: "?mkdir,?mkdirat",
  exec: "?execve",
} as const;
export type CallGroup = keyof typeof callGroups;
export const callsOfProcesses = Object.keys(callGroups) as CallGroup[];

/** An open file that is made or emptied is only seen to change when it is written to. */
const writingCalls = callsOfProcesses
  .filter((group) => group !== "open" && group !== "exec")
  .map((group) => callGroups[group])
  .join(",");

/** How long a process waits after a write, so that the kill comes before its next one. */
const delayMicroseconds = 10_000;

const strace = (...args: string[]): string[] => ["-f", "--seccomp-bpf", "-qq", "-y", ...args];

/** The arguments of strace with which a start is cut off, or its writes counted; undefined: it is not traced. */
export function traceArguments(cut: Cut | "count"): string[] | undefined {
  if (cut === "count") return strace("-e", `trace=${writingCalls}`);
  switch (cut.kind) {
    case "moment":
      return undefined;
    case "write":
      return strace("-e", `trace=${writingCalls}`, "-e", `inject=${writingCalls}:delay_exit=${delayMicroseconds}`);
    case "process":
      return strace(
        "-e",
        `trace=${callGroups[cut.call]}`,
        "-e",
        `inject=${callGroups[cut.call]}:signal=KILL:when=${cut.when}`,
      );
  }
}

export interface CutResult extends ScriptResult {
  /** How many calls have changed the disk, as far as they were traced. */
  readonly writes: number;
}

/** Waits for the end of scripts that run under traceArguments(cut), and brings it about. */
export async function cutOff(running: RunningScripts, cut: Cut | "count", disk: string): Promise<CutResult> {
  const writes = new DiskWrites(disk);
  createInterface({ input: running.wrapperOutput }).on("line", (line) => {
    if (writes.completes(line) && cut !== "count" && cut.kind === "write" && writes.count === cut.number)
      running.kill();
  });
  const timer =
    cut !== "count" && cut.kind === "moment" ? setTimeout(() => running.kill(), cut.milliseconds) : undefined;
  const result = await running.ended;
  clearTimeout(timer);
  // What a killed shell has left running in the background: with its container it would be gone.
  running.kill();
  return { ...result, writes: writes.count };
}

/** Counts, in strace's lines, the calls that have changed a disk. */
export class DiskWrites {
  count = 0;
  /** What was begun, by process: strace finishes it in another line. */
  private readonly unfinished = new Map<string, string>();

  constructor(private readonly folder: string) {}

  /** Whether this line ends such a call. */
  completes(line: string): boolean {
    const [, process = "", rest = ""] = /^(?:\[pid +)?(\d+)\]? +(.*)$/.exec(line) ?? [];
    if (rest.endsWith("<unfinished ...>")) {
      this.unfinished.set(process, rest);
      return false;
    }
    const resumed = rest.startsWith("<... ");
    const call = resumed ? `${this.unfinished.get(process) ?? ""}${rest}` : rest;
    if (resumed) this.unfinished.delete(process);
    // The text that is written to a pipe may well name the folder: what counts is the call's own file.
    const target = /^\w+\((?:\d+<([^>]*)>|[^)]*)/.exec(call);
    const changes = (target?.[1] ?? target?.[0] ?? "").includes(this.folder) && / = \d/.test(call);
    if (changes) this.count++;
    return changes;
  }
}
