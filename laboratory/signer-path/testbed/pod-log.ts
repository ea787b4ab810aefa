import { linkSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Vm } from "../../cluster/vm";

/** A line of a container's log. */
export interface LogLine {
  /** Unix time, in seconds. */
  readonly time: number;
  readonly container: string;
  readonly text: string;
}

const keptFolder = (vm: Vm) => join(vm.folder, "kept-logs");

/**
 * Hard-links the logs of a VM's pods, so that they outlive their pods and log rotation. Must be called every few
 * seconds.
 */
export function keepLogs(vm: Vm): void {
  const kept = keptFolder(vm);
  for (const [pod, container, file] of logFiles(join(vm.folder, "logs"))) {
    const folder = join(kept, pod, container);
    mkdirSync(folder, { recursive: true });
    try {
      const path = join(vm.folder, "logs", pod, container, file);
      linkSync(path, join(folder, String(statSync(path).ino)));
    } catch {
      // It is linked already, or has just been deleted.
    }
  }
}

/**
 * The logs of a workload's pods on a VM in order of time, including pods that no longer exist.
 * @param prefix of the pods' names
 */
export function podLog(vm: Vm, namespace: string, prefix: string): LogLine[] {
  keepLogs(vm);
  const kept = keptFolder(vm);
  return logFiles(kept)
    .filter(([pod]) => pod.startsWith(`${namespace}_${prefix}`))
    .flatMap(([pod, container, file]) => containerLog(join(kept, pod, container, file), container))
    .sort((a, b) => a.time - b.time);
}

/** Pod, container and file of each log in a folder like /var/log/pods. */
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
    return []; // not created yet, or deleted with its pod
  }
}

/**
 * Each line has a time, the stream, a tag for partial lines, and the text:
 * https://github.com/kubernetes/design-proposals-archive/blob/main/node/kubelet-cri-logging.md
 */
function containerLog(file: string, container: string): LogLine[] {
  return readFileSync(file, "utf8")
    .split("\n")
    .flatMap((line) => {
      const [, time, text] = /^(\S+) \S+ \S+ (.*)$/.exec(line) ?? [];
      return time ? [{ time: Date.parse(time) / 1000, container, text: text! }] : [];
    });
}
