import { createInterface } from "node:readline";
import type { RunningScripts, ScriptResult } from "./script-sandbox";

/** Where a start is interrupted. */
export type Cut =
  /** Everything is killed after a time, as by a power cut. */
  | { readonly kind: "moment"; readonly milliseconds: number }
  /** Everything is killed right after a write: a system call that changes the disk, counted from 1 over all processes. */
  | { readonly kind: "write"; readonly number: number }
  /** Single processes are killed instead of their n-th system call of a kind, as when memory runs out. */
  | { readonly kind: "process"; readonly call: CallGroup; readonly when: number };

/** Describes a cut in a report. */
export const shownCut = (cut: Cut): string =>
  cut.kind === "moment"
    ? `all killed after ${cut.milliseconds.toFixed(0)} ms`
    : cut.kind === "write"
      ? `all killed after write ${cut.number}`
      : `processes killed at their ${cut.call} call ${cut.when}`;

/** System calls by kind. With "?" strace ignores those that an architecture does not have (https://man7.org/linux/man-pages/man1/strace.1.html). */
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
/** A kind of system call. */
export type CallGroup = keyof typeof callGroups;
/** All kinds of system calls. */
export const callsOfProcesses = Object.keys(callGroups) as CallGroup[];

/** Calls that count as writes. Opening doesn't: a file that is created or truncated counts when it is written to. */
const writingCalls = callsOfProcesses
  .filter((group) => group !== "open" && group !== "exec")
  .map((group) => callGroups[group])
  .join(",");

/** Delay after each write, so that the kill precedes the next one. */
const delayMicroseconds = 10_000;

const strace = (...args: string[]): string[] => ["-f", "--seccomp-bpf", "-qq", "-y", ...args];

/** Arguments of strace to interrupt a start or to count its writes; undefined if it needs no tracing. */
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

/** The result of scripts that were interrupted, or traced. */
export interface CutResult extends ScriptResult {
  /** Number of traced writes. */
  readonly writes: number;
}

/** Interrupts scripts that run under traceArguments(cut), or counts their writes, and waits for their end. */
export async function interrupt(running: RunningScripts, cut: Cut | "count", disk: string): Promise<CutResult> {
  const writes = new DiskWrites(disk);
  createInterface({ input: running.wrapperOutput }).on("line", (line) => {
    if (writes.completes(line) && cut !== "count" && cut.kind === "write" && writes.count === cut.number)
      running.kill();
  });
  const timer =
    cut !== "count" && cut.kind === "moment" ? setTimeout(() => running.kill(), cut.milliseconds) : undefined;
  const result = await running.ended;
  clearTimeout(timer);
  // Kills background processes of a killed shell, which would end with its container.
  running.kill();
  return { ...result, writes: writes.count };
}

/** Counts the writes to a disk in the output of strace. */
export class DiskWrites {
  count = 0;
  /** First halves of calls that strace completes in a later line, by process. */
  private readonly unfinished = new Map<string, string>();

  constructor(private readonly folder: string) {}

  /** Whether this line completes a write. */
  completes(line: string): boolean {
    const [, process = "", rest = ""] = /^(?:\[pid +)?(\d+)\]? +(.*)$/.exec(line) ?? [];
    if (rest.endsWith("<unfinished ...>")) {
      this.unfinished.set(process, rest);
      return false;
    }
    const resumed = rest.startsWith("<... ");
    const call = resumed ? `${this.unfinished.get(process) ?? ""}${rest}` : rest;
    if (resumed) this.unfinished.delete(process);
    // Only the call's own file counts: text that is written to a pipe may contain the folder's name, too.
    const target = /^\w+\((?:\d+<([^>]*)>|[^)]*)/.exec(call);
    const changes = (target?.[1] ?? target?.[0] ?? "").includes(this.folder) && / = \d/.test(call);
    if (changes) this.count++;
    return changes;
  }
}
