import { randomUUID } from "node:crypto";
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { Failure } from "../../lib/terminal/failure";

/**
 * Puts what was synthesised in its place, file by file: beside the JSON lie Terraform's own files (.terraform, lock
 * file, plans), which stay. Each file is there in the old version or in the new one, never in part. Folders of stacks
 * that are gone keep Terraform's files and lose their JSON.
 *
 * @param from a workFolder() that is filled
 */
export function publishStacks(from: string, outdir: string): void {
  removeLeftOvers(outdir);
  for (const path of filesIn(from)) {
    mkdirSync(dirname(join(outdir, path)), { recursive: true });
    renameSync(join(from, path), join(outdir, path));
  }
  const { stacks } = JSON.parse(readFileSync(join(outdir, "manifest.json"), "utf8")) as { stacks: object };
  for (const stack of readdirSync(join(outdir, "stacks"))) {
    if (!(stack in stacks)) rmSync(join(outdir, "stacks", stack, "cdk.tf.json"), { force: true });
  }
}

const workFolderPrefix = ".new-";

/** A folder to synthesise into, on the same file system as `outdir`. It is not made yet. */
export const workFolder = (outdir: string): string => join(outdir, `${workFolderPrefix}${randomUUID()}`);

/** Work folders of runs that were killed. Those of the last hour may still be in use. */
function removeLeftOvers(outdir: string): void {
  const hourAgo = Date.now() - 3_600_000;
  for (const name of readdirSync(outdir).filter((entry) => entry.startsWith(workFolderPrefix))) {
    const folder = join(outdir, name);
    if ((statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? hourAgo) < hourAgo)
      rmSync(folder, { recursive: true });
  }
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}

/** Longest wait for another run; publishing takes milliseconds. */
const patienceMilliseconds = 10_000;

/**
 * Runs `body` while no other run does: otherwise two at once, of two configurations, could leave one stack of each.
 * @throws Failure when another run does not end
 */
export function oneAtATime<Result>(outdir: string, body: () => Result): Result {
  const lock = join(outdir, ".lock");
  const end = Date.now() + patienceMilliseconds;
  while (!take(lock)) {
    if (isLeftBehind(lock)) rmSync(lock, { force: true });
    else if (Date.now() > end) throw new Failure(`Another run is writing there. If there is none, delete ${lock}.`);
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
  }
  try {
    return body();
  } finally {
    rmSync(lock, { force: true });
  }
}

function take(lock: string): boolean {
  try {
    const file = openSync(lock, "wx");
    writeSync(file, String(process.pid));
    closeSync(file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Whether the process that holds the lock is gone. Between a lock's making and its writing there is no process id yet. */
function isLeftBehind(lock: string): boolean {
  try {
    const holder = Number(readFileSync(lock, "utf8"));
    if (!holder) return false;
    process.kill(holder, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}
