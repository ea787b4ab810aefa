import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { folderTag, imageFolder } from "../../lib/forwarder/image";
import { findProgram } from "../needs";
import { cached } from "./cache";
import { longCommand } from "./commands";
import type { ImageArchive } from "./images";

/** Replaces the Dockerfile's base image where that can't be pulled: the same Debian release, in its current state. */
const baseStandIn = "localhost/debian-stand-in:trixie";
const currentDebian = [
  "DEBIAN=http://deb.debian.org/debian",
  "DEBIAN_SECURITY=http://deb.debian.org/debian-security",
].flatMap((setting) => ["--build-arg", setting]);

/**
 * The forwarders' image, built from its Dockerfile by podman and cached until one of its files changes.
 * @param reference the name by which pods refer to it
 */
export async function forwarderImageArchive(reference: string, log: (line: string) => void): Promise<ImageArchive> {
  const local = `localhost/signer-forwarder-drill:${folderTag(imageFolder)}`;
  const file = await cached(`signer-forwarder-${folderTag(imageFolder)}-${shortName(reference)}.tar`, async (path) => {
    log("building the forwarders' image from its Dockerfile (about a minute, cached)");
    await buildForwarderImage(local, log);
    await longCommand(["podman", "tag", local, reference]);
    await longCommand(["podman", "save", "--quiet", "--format", "docker-archive", "--output", path, reference]);
    await longCommand(["podman", "untag", local, reference]);
  });
  return { reference, file };
}

/**
 * Builds the forwarders' image with podman.
 * @param options additional options of `podman build`
 */
export async function buildForwarderImage(
  image: string,
  log: (line: string) => void,
  options: readonly string[] = [],
): Promise<void> {
  const command = [...(await podmanBuild(log)), ...options];
  await longCommand([...command, "--tag", image, imageFolder]);
}

/**
 * The command by which podman builds the forwarders' image on this host, without the image's name and the folder. The
 * Dockerfile's base image is replaced if it can't be pulled.
 */
export async function podmanBuild(log: (line: string) => void): Promise<string[]> {
  const base = /^FROM (\S+)/m.exec(readFileSync(join(imageFolder, "Dockerfile"), "utf8"))![1]!;
  const pulled = spawnSync("podman", ["pull", "--quiet", base]).status === 0;
  if (!pulled) {
    log(`${base} can't be pulled: using current Debian packages instead`);
    await debianImage(baseStandIn, "trixie", log);
  }
  const otherBase = pulled ? [] : ["--from", baseStandIn, ...currentDebian];
  // Isolation by chroot also works where containers can't be started.
  const how = ["--isolation", "chroot", "--network", "host", "--pull=never", ...otherBase];
  const runtime = findProgram("runc") ? ["--runtime", "runc"] : [];
  return ["podman", ...runtime, "build", ...how];
}

const shortName = (reference: string) => reference.replace(/[^\w.-]+/g, "_").slice(-60);

const searchPath = "ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Makes a podman image from Debian packages, without a registry. */
async function debianImage(image: string, suite: string, log: (line: string) => void): Promise<void> {
  if (spawnSync("podman", ["image", "exists", image]).status === 0) return;
  log(`making ${image} (about a minute, cached)`);
  const folder = mkdtempSync(join(tmpdir(), "debian-"));
  try {
    await longCommand(["debootstrap", "--variant=minbase", suite, folder]);
    const pack = `tar -C "$1" --exclude='./var/cache/apt/archives/*' -c . | podman import --change "$2" - "$3"`;
    await longCommand(["sh", "-c", pack, "sh", folder, searchPath, image]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
