import { linkSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Vm } from "../../cluster/vm";

/** A line that a container has written. */
export interface LogLine {
  /** Unix time, seconds. */
  readonly time: number;
  readonly container: string;
  readonly text: string;
}

const keptFolder = (machine: Vm) => join(machine.folder, "kept-logs");

/**
 * Gives each log of a machine's pods a second name, so that it outlives its pod, and rotation. To be called every few
 * seconds.
 */
export function keepLogs(machine: Vm): void {
  const kept = keptFolder(machine);
  for (const [pod, container, file] of logFiles(join(machine.folder, "logs"))) {
    const folder = join(kept, pod, container);
    mkdirSync(folder, { recursive: true });
    try {
      const path = join(machine.folder, "logs", pod, container, file);
      linkSync(path, join(folder, String(statSync(path).ino)));
    } catch {
      // It is kept already, or has gone this very moment.
    }
  }
}

/**
 * What the containers of a workload's pods have written on a machine, in the order of time, also those that are gone.
 * @param prefix with which the pods' names begin
 */
export function podLog(machine: Vm, namespace: string, prefix: string): LogLine[] {
  keepLogs(machine);
  const kept = keptFolder(machine);
  return logFiles(kept)
    .filter(([pod]) => pod.startsWith(`${namespace}_${prefix}`))
    .flatMap(([pod, container, file]) => containerLog(join(kept, pod, container, file), container))
    .sort((a, b) => a.time - b.time);
}

/** Pod, container and file of each. */
function logFiles(folder: string): [pod: string, container: string, file: string][] {
  return entries(folder).flatMap((pod) =>
    entries(join(folder, pod)).flatMap((container) =>
      entries(join(folder, pod, container))
        .filter((file) => !file.endsWith(".gz"))
        .map((file): [string, string, string] => [pod, container, file]),
    ),
  );
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // not made yet, or its pod is gone
  }
}

/** As the container runtime writes it: time, stream, whether the line is whole, and the line. */
function containerLog(file: string, container: string): LogLine[] {
  return readFileSync(file, "utf8")
    .split("\n")
    .flatMap((line) => {
      const [, time, text] = /^(\S+) \S+ \S+ (.*)$/.exec(line) ?? [];
      return time ? [{ time: Date.parse(time) / 1000, container, text: text! }] : [];
    });
}
