import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { Failure } from "../../lib/terminal/failure";
import { shellWord } from "../../lib/terminal/shell";
import { shortestPath } from "../configuration-file";

/** Who holds a lock: the content of its file. */
interface Holder {
  readonly pid: number;
  readonly host: string;
  /** ISO 8601. */
  readonly since: string;
  /** For people: the command that runs. */
  readonly command: string;
}

/**
 * Takes a lock that this process holds until it ends. Two runs that used a folder at once would overwrite each other's
 * plan: a person would approve the one and apply the other. Terraform's own lock does not prevent that, because it is not
 * held while the person reads.
 * @param file the lock's file; its folder is created
 * @param command what runs, for the message to others
 * @throws Failure if a process holds it that is still running
 */
export function holdLock(file: string, command: string): void {
  mkdirSync(dirname(file), { recursive: true });
  const own = `${file}.${process.pid}`;
  const holder: Holder = { pid: process.pid, host: hostname(), since: new Date().toISOString(), command };
  const content = JSON.stringify(holder);
  // A link to a complete file: nobody ever reads half of it.
  writeFileSync(own, content);
  try {
    if (!links(own, file)) takeOver(own, file);
  } finally {
    rmSync(own, { force: true });
  }
  process.once("exit", () => {
    if (read(file) === content) rmSync(file, { force: true });
  });
}

/** Replaces the lock of a process that was killed. Only one process at a time may do so, or one would replace the other's. */
function takeOver(own: string, file: string): void {
  const turn = `${file}.turn`;
  if (!links(own, turn)) throw held(turn);
  try {
    if (isHeld(read(file))) throw held(file);
    renameSync(own, file);
  } finally {
    rmSync(turn, { force: true });
  }
}

/** @returns false if `file` exists */
function links(own: string, file: string): boolean {
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Whether a lock's process may still run; undefined is a lock that was released meanwhile. */
function isHeld(content: string | undefined): boolean {
  if (content === undefined) return false;
  const { pid, host } = parsed(content);
  // Of an earlier process with the same number, as in containers: this process does not hold it yet.
  if (pid === process.pid && host === hostname()) return false;
  // Another machine's processes can't be seen from here.
  if (pid === undefined || host !== hostname()) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, as another user.
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

function parsed(content: string): Partial<Holder> {
  try {
    return JSON.parse(content) as Partial<Holder>;
  } catch {
    return {};
  }
}

function held(file: string): Failure {
  const { pid = "unknown", host = "unknown", since = "unknown", command = "unknown" } = parsed(read(file) ?? "");
  return new Failure(
    "Another run uses this deployment's folder. Nothing was changed.",
    `Process ${pid} on ${host}, since ${since}: ${command}\n` +
      `Wait for it, or end it. If there is no such run any more: rm ${shellWord(shortestPath(file))}`,
  );
}
