import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Holds its standard input open; when that closes, because we say so or because this process is gone in whatever way,
 * the program is killed. There is nothing in it that would want a graceful end.
 */
const untilInputCloses = `exec 3<&0
"$@" 3<&- & program=$!
{ cat <&3 >/dev/null; kill -KILL $program; } & watch=$!
wait $program; status=$?
kill $watch; exit $status`;

/** A program that ends with this process. */
export class Program {
  readonly process: ChildProcess;
  private readonly log: string;

  constructor(
    readonly name: string,
    command: readonly string[],
    folder: string,
  ) {
    mkdirSync(join(folder, "logs"), { recursive: true });
    this.log = join(folder, "logs", name);
    const log = openSync(this.log, "a");
    this.process = spawn("sh", ["-c", untilInputCloses, name, ...command], { stdio: ["pipe", log, log] });
    closeSync(log);
    // A test run that forgets to stop it is not kept alive by it.
    this.process.unref();
  }

  /** To the program itself: what waits for it must go on, to end it with this process. */
  signal(name: NodeJS.Signals): void {
    const { pid } = this.process;
    try {
      const [program] = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ");
      if (program) process.kill(Number(program), name);
    } catch {
      // It has ended, as after a ctrl-C, which all of a terminal's processes get.
    }
  }

  async end(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const ended = new Promise((resolve) => this.process.once("exit", resolve));
    this.process.ref();
    this.process.stdin?.end();
    await ended;
  }

  /** The end of what it wrote. */
  lastWords(): string {
    return readFileSync(this.log, "utf8").split("\n").slice(-20).join("\n");
  }
}
