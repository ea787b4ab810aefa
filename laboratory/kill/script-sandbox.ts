import { spawn, execFileSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { findProgram } from "../needs";
import { optionsTable } from "../stand-ins/octez-options-table";
import { packageRoot } from "../../lib/package-root";

/** The shells in which the pods' scripts must run. The image has that of busybox. */
export const shells = [
  { name: "busybox", command: ["busybox", "sh"] },
  { name: "dash", command: ["dash"] },
  { name: "bash", command: ["bash", "--posix"] },
] as const;
/** A shell and its command line. */
export type Shell = (typeof shells)[number];
/** The programs of the shells. */
export const shellPrograms = ["busybox", "dash", "bash"];

/** The user of the Octez image. As root, the tests run the scripts as this user, because root ignores permissions. */
const imageUser = 1000;

/** The end of a script: exit status, or null after a signal, and output. */
export interface ScriptResult {
  readonly status: number | null;
  readonly output: string;
}

/** Running scripts. */
export interface RunningScripts {
  /** Standard error of the wrapper. */
  readonly wrapperOutput: Readable;
  readonly ended: Promise<ScriptResult>;
  /** Kills them and everything they have started, as a power cut would. */
  kill(): void;
}

/** $INTERPRETER is unquoted because it may contain arguments. Standard error is merged into standard output. */
const allInTurn = 'for script; do $INTERPRETER "$script" 2>&1 || exit; done';

/**
 * The folders of a pod (`data`, `wallet`, `config` and others) in a temporary folder, and a PATH that only contains
 * busybox and the stand-in for octez-node, as in the image.
 */
export class ScriptSandbox {
  readonly root = mkdtempSync(join(tmpdir(), "scripts-"));
  readonly data = this.path("data");
  private readonly log = this.path("commands.log");

  constructor() {
    for (const folder of ["data", "wallet", "config", "bin", "tmp"]) mkdirSync(this.path(folder));
    const busybox = findProgram("busybox") ?? "";
    for (const applet of execFileSync(busybox, ["--list"], { encoding: "utf8" }).split("\n").filter(Boolean)) {
      symlinkSync(busybox, this.path("bin", applet));
    }
    const standIn = this.path("bin", "octez-node");
    copyFileSync(join(packageRoot, "laboratory/stand-ins/octez/octez-node"), standIn);
    chmodSync(standIn, 0o755);
    writeFileSync(this.path("options"), optionsTable("octez-node"));
    writeFileSync(this.log, "");
    for (const folder of [".", "data", "wallet", "config", "tmp", "commands.log"]) this.own(folder);
  }

  /** Path of a file or folder in the sandbox. */
  path(...parts: string[]): string {
    return join(this.root, ...parts);
  }

  /** Writes a file that belongs to the scripts' user. */
  write(path: string, text: string | Buffer): void {
    mkdirSync(dirname(this.path(path)), { recursive: true });
    this.own(dirname(path));
    writeFileSync(this.path(path), text);
    this.own(path);
  }

  read(path: string): string {
    return readFileSync(this.path(path), "utf8");
  }

  exists(path: string): boolean {
    return existsSync(this.path(path));
  }

  removePath(path: string): void {
    rmSync(this.path(path), { recursive: true });
  }

  /** All command lines of the stand-ins, split at spaces. */
  commands(): string[][] {
    return this.read("commands.log")
      .split("\n")
      .filter(Boolean)
      .map((line) => line.split(" "));
  }

  /**
   * Runs a script of lib/tezos/scripts.
   * @param killAfterMilliseconds kills the script and everything it has started, as a power cut would @default - never
   */
  async run(
    script: string,
    environment: Record<string, string>,
    shell: Shell = shells[0],
    killAfterMilliseconds?: number,
  ): Promise<ScriptResult> {
    const running = this.start([script], environment, shell);
    const timer =
      killAfterMilliseconds === undefined ? undefined : setTimeout(() => running.kill(), killAfterMilliseconds);
    const result = await running.ended;
    clearTimeout(timer);
    return result;
  }

  /**
   * Runs scripts of lib/tezos/scripts one after the other until one fails, as a pod does with its init containers.
   * @param wrapper a command line prefix, such as strace; its standard error is available as wrapperOutput
   */
  start(
    scripts: readonly string[],
    environment: Record<string, string>,
    shell: Shell = shells[0],
    wrapper: readonly string[] = [],
  ): RunningScripts {
    const [program, ...args] = shell.command;
    const paths = scripts.map((script) => join(packageRoot, "lib/tezos/scripts", script));
    const [interpreter, ...parameters] = [findProgram(program) ?? program, ...args];
    const command =
      paths.length === 1 && wrapper.length === 0
        ? [interpreter!, ...parameters, paths[0]!]
        : [findProgram("busybox") ?? "busybox", "sh", "-c", allInTurn, "boot", ...paths];
    const [first, ...others] = [...wrapper, ...command];
    const child = spawn(first!, others, {
      env: {
        PATH: this.path("bin"),
        TMPDIR: this.path("tmp"),
        DATA_DIR: this.data,
        STAND_IN_OPTIONS: this.path("options"),
        STAND_IN_LOG: this.log,
        INTERPRETER: [interpreter, ...parameters].join(" "),
        ...environment,
      },
      cwd: this.root,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      ...(process.getuid?.() === 0 && { uid: imageUser, gid: imageUser }),
    });
    let output = "";
    child.stdout.on("data", (data) => (output += data));
    if (wrapper.length === 0) child.stderr.on("data", (data) => (output += data));
    return {
      wrapperOutput: child.stderr,
      kill: () => {
        try {
          process.kill(-(child.pid ?? 0), "SIGKILL");
        } catch {
          // All processes have exited.
        }
      },
      ended: new Promise((resolve, reject) => {
        child.on("error", reject);
        child.on("close", (status) => resolve({ status, output }));
      }),
    };
  }

  /** Deletes the sandbox. */
  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  private own(path: string): void {
    if (process.getuid?.() === 0) chownSync(this.path(path), imageUser, imageUser);
  }
}
