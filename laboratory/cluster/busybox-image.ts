import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { findProgram } from "../needs";

/**
 * Writes the root file system of an image into an empty folder: this host's busybox with the libraries it is linked to.
 * @param files additional files, by their path in the image; all are executable
 * @returns the path of a tar archive of it, for `podman import`
 */
export function busyboxArchive(root: string, files: Readonly<Record<string, string>> = {}): string {
  const program = findProgram("busybox")!;
  const libraries = spawnSync("ldd", [program], { encoding: "utf8" }).stdout.match(/\/\S+/g) ?? [];
  for (const [from, to] of [[program, "/bin/busybox"], ...libraries.map((path) => [path, path])] as [
    string,
    string,
  ][]) {
    mkdirSync(join(root, dirname(to)), { recursive: true });
    copyFileSync(from, join(root, to));
  }
  for (const directory of ["proc", "sys", "dev", "run", "scripts", "data", "etc", "tmp"])
    mkdirSync(join(root, directory), { recursive: true });
  execFileSync("chroot", [root, "/bin/busybox", "--install", "-s", "/bin"]);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    writeFileSync(join(root, path), text, { mode: 0o755 });
  }
  execFileSync("tar", ["-C", root, "-cf", `${root}.tar`, "."]);
  return `${root}.tar`;
}
