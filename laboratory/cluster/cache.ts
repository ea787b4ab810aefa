import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";

/** Folder for what takes long to make and never changes, kept between runs. It may be deleted at any time. */
const cacheFolder = (): string => join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "hodl-farm-lab");

/**
 * Returns the path of a cached file or folder, and makes it first if it does not exist. It appears complete or not at
 * all, even when two processes make it at the same time.
 * @param name must identify everything that the content depends on
 * @param make writes the content to the given path
 */
export async function cached(name: string, make: (path: string) => Promise<void> | void): Promise<string> {
  const path = join(cacheFolder(), name);
  if (existsSync(path)) return path;
  mkdirSync(dirname(path), { recursive: true });
  const scratch = mkdtempSync(`${path}.`);
  try {
    const made = join(scratch, basename(path));
    await make(made);
    // Another process may have been faster; its result is just as good.
    if (!existsSync(path)) renameSync(made, path);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return path;
}
