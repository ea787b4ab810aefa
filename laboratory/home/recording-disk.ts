import { type ChildProcessByStdio, spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { command } from "../cluster/commands";
import { packageRoot } from "../../lib/package-root";

/** What a RecordingDisk needs on the host. */
export const recordingDiskNeeds = {
  linux: true,
  root: true,
  programs: ["python3", "losetup", "mkfs.ext4", "e2fsck"],
};

/** Which writes in the disk's cache survive a power loss: none, all, or a random subset with this seed. */
export type Remains = "nothing" | "everything" | number;
const seedOf = (remains: Remains): number => (remains === "nothing" ? 0 : remains === "everything" ? 1 : remains + 2);

/**
 * An ext4 file system on a disk that records every write and flush, so that afterCut() can show what a power loss at
 * any of these moments would have left. The host's kernel mounts it, through a loop device.
 */
export class RecordingDisk {
  /** Creates and mounts the disk. @param folder with its initial content @default - empty */
  static async start(mebibytes: number, folder?: string): Promise<RecordingDisk> {
    const disk = new RecordingDisk();
    try {
      const begin = join(disk.work, "begin");
      command(["truncate", "-s", `${mebibytes}M`, begin]);
      // Otherwise the kernel would finish mkfs' work later, with writes that no program made.
      const now = "lazy_itable_init=0,lazy_journal_init=0";
      command(["mkfs.ext4", "-q", "-E", now, ...(folder ? ["-d", folder] : []), begin]);
      writeFileSync(join(disk.work, "disk"), "");
      mkdirSync(disk.mounted);
      await disk.serve(begin);
      disk.loop = command(["losetup", "--find", "--show", join(disk.work, "disk")]).trim();
      command(["mount", disk.loop, disk.mounted]);
      return disk;
    } catch (error) {
      await disk.end();
      throw error;
    }
  }

  private readonly work = mkdtempSync(join(tmpdir(), "recording-disk-"));
  /** Where its file system is mounted. */
  readonly mounted = join(this.work, "mounted");
  private loop = "";
  private cuts = 0;
  private server?: ChildProcessByStdio<Writable, Readable, null>;
  private lines?: AsyncIterator<string>;
  private reader?: Interface;

  private async serve(begin: string): Promise<void> {
    const program = join(packageRoot, "laboratory/home/recording-disk.py");
    this.server = spawn(program, [join(this.work, "disk"), begin], { stdio: ["pipe", "pipe", "inherit"] });
    this.reader = createInterface({ input: this.server.stdout });
    this.lines = this.reader[Symbol.asyncIterator]();
    await this.answer("ready");
  }

  /** @returns the current moment, after all writes so far */
  async mark(): Promise<number> {
    this.server!.stdin.write("mark\n");
    return Number(await this.answer());
  }

  /** Mounts the file system as a power loss at a moment would leave it, and calls `inspect` with its path. */
  async afterCut<T>(moment: number, remains: Remains, inspect: (mounted: string) => T | Promise<T>): Promise<T> {
    // Never the same name twice: udev, on the host or in a container, may keep the earlier loop device and its cache
    // open.
    const file = join(this.work, `cut-${this.cuts++}`);
    const mounted = join(this.work, "found");
    mkdirSync(mounted, { recursive: true });
    this.server!.stdin.write(`cut ${moment} ${seedOf(remains)} ${file}\n`);
    await this.answer("cut");
    // Replays the journal, as a boot does.
    command(["mount", "-o", "loop", file, mounted]);
    let result: T;
    try {
      result = await inspect(mounted);
    } finally {
      command(["umount", mounted]);
    }
    const { status, stdout } = spawnSync("e2fsck", ["-fn", file], { encoding: "utf8" });
    if (status !== 0) throw new Error(`the file system is damaged after its journal was replayed: ${stdout}`);
    rmSync(file);
    return result;
  }

  /** Unmounts the disk and removes it. */
  async end(): Promise<void> {
    for (const step of [["umount", this.mounted], this.loop ? ["losetup", "--detach", this.loop] : []]) {
      try {
        if (step.length > 0) command(step);
      } catch {
        // start() failed before this step.
      }
    }
    if (this.server) {
      const ended = new Promise((resolve) => this.server!.once("exit", resolve));
      this.server.stdin.end();
      await ended;
    }
    this.reader?.close();
    rmSync(this.work, { recursive: true, force: true });
  }

  private async answer(wanted?: string): Promise<string> {
    const { value, done } = await this.lines!.next();
    if (done || (wanted !== undefined && value !== wanted)) throw new Error(`the recording disk ended: ${value}`);
    return value;
  }
}
