import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../package-root";

/** Build context of the forwarder's image. */
export const imageFolder = join(packageRoot, "images/signer-forwarder");

/**
 * The forwarder's image. Its tag is made from what it is built from, so another content is another name: with tags that
 * can't be moved it is as good as a digest, and known before anything is built.
 *
 * @param repository where the deployment's own images live, without a closing slash
 */
export function forwarderImage(repository: string): string {
  return `${repository}/signer-forwarder:${folderTag(imageFolder)}`;
}

/** Hash over a folder's file names, contents and executable bits: what git keeps, and nothing of the checkout. */
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
