import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { cached } from "./cache";
import { command, longCommand } from "./commands";

/** An image archive that containerd imports, without a registry. */
export interface ImageArchive {
  /** containerd's name of it, such as docker.io/library/haproxy:3.0.11-alpine. */
  readonly reference: string;
  /** Path of the archive. */
  readonly file: string;
}

/** Content and configuration of an image. */
export interface ImageOptions {
  /** The name by which pods refer to it. */
  readonly name: string;
  /** The folder with its root file system. */
  readonly folder: string;
  /** @default - none */
  readonly entrypoint?: string[];
  /** Environment variables, in addition to PATH. @default - none */
  readonly env?: Readonly<Record<string, string>>;
  /** @default "SIGTERM" */
  readonly stopSignal?: string;
}

const suite = "trixie";
// Not busybox-static: its shell runs applets without searching PATH, unlike the shell of the real images.
const packages = ["busybox", "haproxy"];

/** A Debian root file system with the programs of the images here. Takes a minute the first time; cached. */
export function debianFolder(log: (line: string) => void): Promise<string> {
  return cached(`debian-${suite}-${packages.join("-")}`, async (path) => {
    log(`making a Debian ${suite} with ${packages.join(", ")} (a minute or two, cached)`);
    await longCommand(["debootstrap", "--variant=minbase", `--include=${packages.join(",")}`, suite, path]);
    rmSync(join(path, "var/cache/apt"), { recursive: true, force: true });
  });
}

/** Writes an image archive in the format of `docker save`: one layer, its configuration, and a manifest. */
export function writeImage(file: string, options: ImageOptions): ImageArchive {
  const scratch = mkdtempSync(join(tmpdir(), "image-"));
  try {
    const layer = join(scratch, "layer.tar");
    // In the image everything belongs to root.
    command(["tar", "-C", options.folder, "--owner=0", "--group=0", "--numeric-owner", "-cf", layer, "."]);
    const reference = fullReference(options.name);
    const digest = createHash("sha256").update(readFileSync(layer)).digest("hex");
    const configuration = {
      architecture: process.arch === "arm64" ? "arm64" : "amd64",
      os: "linux",
      config: {
        Env: Object.entries({ PATH: searchPath, ...options.env }).map(([name, value]) => `${name}=${value}`),
        Entrypoint: options.entrypoint,
        StopSignal: options.stopSignal,
      },
      rootfs: { type: "layers", diff_ids: [`sha256:${digest}`] },
    };
    const manifest = [{ Config: "config.json", RepoTags: [reference], Layers: ["layer.tar"] }];
    writeFileSync(join(scratch, "config.json"), JSON.stringify(configuration));
    writeFileSync(join(scratch, "manifest.json"), JSON.stringify(manifest));
    command(["tar", "-C", scratch, "-cf", file, "manifest.json", "config.json", "layer.tar"]);
    return { reference, file };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

const searchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Writes the root file system of an image with busybox and links for all its applets. */
export function busyboxFolder(folder: string, debian: string): void {
  for (const empty of ["bin", "etc", "proc", "sys", "dev", "tmp", "usr/local/bin"]) {
    mkdirSync(join(folder, empty), { recursive: true });
  }
  copyProgram(folder, debian, "/usr/bin/busybox");
  const names = command(["chroot", debian, "/usr/bin/busybox", "--list"]).split("\n").filter(Boolean);
  for (const name of new Set([...names, "busybox"])) symlinkSync("/usr/bin/busybox", join(folder, "bin", name));
  writeFileSync(join(folder, "etc/passwd"), "root:x:0:0::/:/bin/sh\n");
}

/** Copies a program and the libraries it loads from a Debian root file system into an image's folder. */
export function copyProgram(folder: string, debian: string, program: string): void {
  const listed = command(["chroot", debian, "ldd", program]);
  const libraries = [...listed.matchAll(/(\/\S+) \(0x/g)].map(([, path]) => path!);
  for (const path of [program, ...libraries]) {
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true });
    cpSync(insideOf(debian, path), target, { dereference: true });
  }
}

/** Resolves a path below a root folder, whose links (such as /lib -> usr/lib) are relative to that root. */
function insideOf(root: string, path: string): string {
  const [, target] = command(["chroot", root, "readlink", "-f", path]).match(/^(.*)\n$/) ?? [];
  if (!target || !existsSync(join(root, target))) throw new Error(`${root} has no ${path}`);
  return join(root, target);
}

/** containerd's name of an image: a name without a registry refers to Docker Hub. */
export function fullReference(name: string): string {
  const parts = name.split("/");
  const hasRegistry = parts.length > 1 && /[.:]|^localhost$/.test(parts[0]!);
  const path = hasRegistry ? name : `docker.io/${parts.length === 1 ? "library/" : ""}${name}`;
  return /:[^/]+$/.test(path) ? path : `${path}:latest`;
}
