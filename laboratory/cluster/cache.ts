import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";

/** What takes long to make and never changes is kept here between runs; it may be removed at any time. */
export const cacheFolder = (): string =>
  join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "hodl-farm-lab");

/**
 * A file or folder of the cache, made if it isn't there. It appears whole or not at all, also when two make it at once.
 * @param name must tell everything that goes into it
 * @param make writes to the path that it is given
 */
export async function cached(name: string, make: (path: string) => Promise<void> | void): Promise<string> {
  const path = join(cacheFolder(), name);
  if (existsSync(path)) return path;
  mkdirSync(dirname(path), { recursive: true });
  const scratch = mkdtempSync(`${path}.`);
  try {
    const made = join(scratch, basename(path));
    await make(made);
    // Another run may have been first: its result is as good.
    if (!existsSync(path)) renameSync(made, path);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return path;
}
