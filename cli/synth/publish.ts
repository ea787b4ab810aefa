import { randomUUID } from "node:crypto";
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { Failure } from "../../lib/terminal/failure";

/**
 * Moves what was synthesised into place, file by file, because Terraform keeps its own files (.terraform, lock file, plans)
 * next to the JSON. At any time each file is either the old version or the new one, and complete. Folders of stacks that
 * no longer exist keep Terraform's files and lose their JSON.
 *
 * @param from a workFolder() with the synthesised files
 */
export function publishStacks(from: string, outdir: string): void {
  removeStaleWorkFolders(outdir);
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

/** Path of a new folder to synthesise into, on the same file system as `outdir`. Does not create it. */
export const workFolder = (outdir: string): string => join(outdir, `${workFolderPrefix}${process.pid}-${randomUUID()}`);

/** Removes the work folders of killed runs. */
function removeStaleWorkFolders(outdir: string): void {
  for (const name of readdirSync(outdir).filter((entry) => entry.startsWith(workFolderPrefix))) {
    const run = Number(name.slice(workFolderPrefix.length).split("-")[0]);
    if (!isRunning(run)) rmSync(join(outdir, name), { recursive: true, force: true });
  }
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}

/** How long to wait for another run, which takes milliseconds to publish. */
const lockTimeoutMilliseconds = 10_000;

/**
 * Runs `body` while holding a lock: two runs at once, with different configurations, could leave one stack of each.
 * @throws Failure if another run holds the lock for 10 s
 */
export function withLock<Result>(outdir: string, body: () => Result): Result {
  const lock = join(outdir, ".lock");
  const end = Date.now() + lockTimeoutMilliseconds;
  while (!acquire(lock)) {
    if (isStale(lock)) rmSync(lock, { force: true });
    else if (Date.now() > end)
      throw new Failure(`Another run is writing to ${outdir}. If none is running, delete ${lock}.`);
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
  }
  try {
    return body();
  } finally {
    rmSync(lock, { force: true });
  }
}

function acquire(lock: string): boolean {
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

/** Whether the process that holds the lock has ended. A lock that was just created has no process id yet. */
function isStale(lock: string): boolean {
  try {
    const holder = Number(readFileSync(lock, "utf8"));
    return holder > 0 && !isRunning(holder);
  } catch {
    return false;
  }
}

/** Whether there is a process with this id, of whichever user. */
function isRunning(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
