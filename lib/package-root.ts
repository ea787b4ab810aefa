import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * The folder of this program, where scripts and other files lie that are read as they are. Looked for upwards, because
 * the program runs from its sources (tests) and from a bundle in a cache folder below it.
 */
export const packageRoot = findUpwards(__dirname);

function findUpwards(folder: string): string {
  if (existsSync(join(folder, "cdktf.json"))) return folder;
  if (dirname(folder) === folder) throw new Error(`no cdktf.json in ${__dirname} or above it`);
  return findUpwards(dirname(folder));
}
