import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { cached } from "./cache";
import { command, longCommand } from "./commands";

/** An image for containerd's import: no registry has a part in it. */
export interface ImageArchive {
  /** As containerd names it, such as docker.io/library/haproxy:3.0.11-alpine. */
  readonly reference: string;
  readonly file: string;
}

export interface ImageOptions {
  /** As a pod names it. */
  readonly name: string;
  /** Everything that is in it. */
  readonly folder: string;
  readonly entrypoint?: string[];
  readonly env?: Readonly<Record<string, string>>;
  /** @default "SIGTERM" */
  readonly stopSignal?: string;
}

const suite = "trixie";
// Not busybox-static: its shell runs applets without looking at PATH, which the shell of the real images does not.
const packages = ["busybox", "haproxy"];

/** A Debian root folder with the programs that stand in images here. Takes a minute once, and is kept. */
export function debianFolder(log: (line: string) => void): Promise<string> {
  return cached(`debian-${suite}-${packages.join("-")}`, async (path) => {
    log(`making a Debian ${suite} with ${packages.join(", ")}: a minute or two, once`);
    await longCommand(["debootstrap", "--variant=minbase", `--include=${packages.join(",")}`, suite, path]);
    // What made it is of no use in it.
    rmSync(join(path, "var/cache/apt"), { recursive: true, force: true });
  });
}

/** Writes an image as `docker save` does: one layer, its configuration, and a list that names both. */
export function writeImage(file: string, options: ImageOptions): ImageArchive {
  const scratch = mkdtempSync(join(tmpdir(), "image-"));
  try {
    const layer = join(scratch, "layer.tar");
    // Root's files, whoever the folder belongs to.
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
    const list = [{ Config: "config.json", RepoTags: [reference], Layers: ["layer.tar"] }];
    writeFileSync(join(scratch, "config.json"), JSON.stringify(configuration));
    writeFileSync(join(scratch, "manifest.json"), JSON.stringify(list));
    command(["tar", "-C", scratch, "-cf", file, "manifest.json", "config.json", "layer.tar"]);
    return { reference, file };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

const searchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** A folder with busybox under all its names, from a Debian folder. */
export function busyboxFolder(folder: string, debian: string): void {
  for (const empty of ["bin", "etc", "proc", "sys", "dev", "tmp", "usr/local/bin"]) {
    mkdirSync(join(folder, empty), { recursive: true });
  }
  copyProgram(folder, debian, "/usr/bin/busybox");
  const names = command(["chroot", debian, "/usr/bin/busybox", "--list"]).split("\n").filter(Boolean);
  for (const name of new Set([...names, "busybox"])) symlinkSync("/usr/bin/busybox", join(folder, "bin", name));
  writeFileSync(join(folder, "etc/passwd"), "root:x:0:0::/:/bin/sh\n");
}

/** Copies a program of a Debian folder, with the libraries that it loads, into an image's folder. */
export function copyProgram(folder: string, debian: string, program: string): void {
  const listed = command(["chroot", debian, "ldd", program]);
  const libraries = [...listed.matchAll(/(\/\S+) \(0x/g)].map(([, path]) => path!);
  for (const path of [program, ...libraries]) {
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true });
    cpSync(insideOf(debian, path), target, { dereference: true });
  }
}

/** A path inside of a root folder, which may have links such as /lib -> usr/lib. */
function insideOf(root: string, path: string): string {
  const [, target] = command(["chroot", root, "readlink", "-f", path]).match(/^(.*)\n$/) ?? [];
  if (!target || !existsSync(join(root, target))) throw new Error(`${root} has no ${path}`);
  return join(root, target);
}

/** Docker Hub is what is meant where a name has no registry. */
function fullReference(name: string): string {
  const parts = name.split("/");
  const hasRegistry = parts.length > 1 && /[.:]|^localhost$/.test(parts[0]!);
  const path = hasRegistry ? name : `docker.io/${parts.length === 1 ? "library/" : ""}${name}`;
  return /:[^/]+$/.test(path) ? path : `${path}:latest`;
}
