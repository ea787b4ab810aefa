import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * Absolute path of the repository's root, for files that are read at run time, such as scripts. The root is searched
 * upwards, because the program runs both from its sources (in tests) and from a bundle in a cache folder inside the
 * root.
 */
export const packageRoot = findUpwards(__dirname);

function findUpwards(folder: string): string {
  if (existsSync(join(folder, "cdktf.json"))) return folder;
  if (dirname(folder) === folder) throw new Error(`no cdktf.json in ${__dirname} or any folder above it`);
  return findUpwards(dirname(folder));
}
