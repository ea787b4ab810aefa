import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { folderTag, imageFolder } from "../../lib/forwarder/image";
import { findProgram } from "../needs";
import { cached } from "./cache";
import { longCommand } from "./commands";
import type { ImageArchive } from "./images";

/** Stands in for the Dockerfile's base where that can't be pulled: the same Debian, as of today. */
const baseStandIn = "localhost/debian-stand-in:trixie";
const debianOfToday = [
  "DEBIAN=http://deb.debian.org/debian",
  "DEBIAN_SECURITY=http://deb.debian.org/debian-security",
].flatMap((setting) => ["--build-arg", setting]);

/**
 * The forwarders' image, built by podman from its Dockerfile. Kept until one of its files changes.
 * @param reference as the pods name it
 */
export async function forwarderImageArchive(reference: string, log: (line: string) => void): Promise<ImageArchive> {
  const local = `localhost/signer-forwarder-drill:${folderTag(imageFolder)}`;
  const file = await cached(`signer-forwarder-${folderTag(imageFolder)}-${shortName(reference)}.tar`, async (path) => {
    log("building the forwarders' image from its Dockerfile: a minute, once");
    await buildForwarderImage(local, log);
    await longCommand(["podman", "tag", local, reference]);
    await longCommand(["podman", "save", "--quiet", "--format", "docker-archive", "--output", path, reference]);
    await longCommand(["podman", "untag", local, reference]);
  });
  return { reference, file };
}

/**
 * Builds it as an image of podman's.
 * @param options more of `podman build`
 */
export async function buildForwarderImage(
  image: string,
  log: (line: string) => void,
  options: readonly string[] = [],
): Promise<void> {
  const base = /^FROM (\S+)/m.exec(readFileSync(join(imageFolder, "Dockerfile"), "utf8"))![1]!;
  const asItIs = spawnSync("podman", ["pull", "--quiet", base]).status === 0;
  if (!asItIs) {
    log(`${base} can't be pulled: Debian's own packages of today stand in for it`);
    await debianImage(baseStandIn, "trixie", log);
  }
  const otherBase = asItIs ? [] : ["--from", baseStandIn, ...debianOfToday];
  // chroot: a build needs no container, and in some places can't have one.
  const how = ["--isolation", "chroot", "--network", "host", "--pull=never", ...otherBase, ...options];
  const runtime = findProgram("runc") ? ["--runtime", "runc"] : [];
  await longCommand(["podman", ...runtime, "build", ...how, "--tag", image, imageFolder]);
}

const shortName = (reference: string) => reference.replace(/[^\w.-]+/g, "_").slice(-60);

const searchPath = "ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Makes an image of podman's from Debian's packages: no registry has a part in it. */
async function debianImage(image: string, suite: string, log: (line: string) => void): Promise<void> {
  if (spawnSync("podman", ["image", "exists", image]).status === 0) return;
  log(`making ${image}: a minute, once`);
  const folder = mkdtempSync(join(tmpdir(), "debian-"));
  try {
    await longCommand(["debootstrap", "--variant=minbase", suite, folder]);
    const pack = `tar -C "$1" --exclude='./var/cache/apt/archives/*' -c . | podman import --change "$2" - "$3"`;
    await longCommand(["sh", "-c", pack, "sh", folder, searchPath, image]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
