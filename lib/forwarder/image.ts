import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../package-root";

/** Build context of the forwarder's image: an absolute path. */
export const imageFolder = join(packageRoot, "images/signer-forwarder");

/**
 * The reference of the forwarder's image. Its tag is a hash of its build context, so a different content has a
 * different name. With immutable tags that is as good as a digest, and it is known before the image is built.
 *
 * @param repository the registry's repository, without a trailing slash
 */
export function forwarderImage(repository: string): string {
  return `${repository}/signer-forwarder:${folderTag(imageFolder)}`;
}

/** Hash of a folder's file names, contents and executable bits: what git tracks, so every checkout has the same. */
export function folderTag(folder: string): string {
  const hash = createHash("sha256");
  for (const path of filesIn(folder).sort()) {
    const file = join(folder, path);
    const text = readFileSync(file);
    hash.update(JSON.stringify([path, (statSync(file).mode & 0o100) !== 0, text.length]));
    hash.update(text);
  }
  return hash.digest("hex").slice(0, 16);
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesIn(join(folder, entry.name)).map((path) => `${entry.name}/${path}`) : [entry.name],
  );
}
