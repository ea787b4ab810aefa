import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Kills the program when standard input closes, either on purpose or because this process has died. None of the programs
 * needs a graceful shutdown.
 */
const untilInputCloses = `exec 3<&0
"$@" 3<&- & program=$!
{ cat <&3 >/dev/null; kill -KILL $program; } & watch=$!
wait $program; status=$?
kill $watch; exit $status`;

/** A program that is killed when this process ends, with its output in a log file. */
export class Program {
  /** The shell that runs the program. */
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
    // It must not keep a test run alive that forgets to stop it.
    this.process.unref();
  }

  /** Signals the program only: the shell around it must keep running, to kill it when this process ends. */
  signal(name: NodeJS.Signals): void {
    const { pid } = this.process;
    try {
      const [program] = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ");
      if (program) process.kill(Number(program), name);
    } catch {
      // It has exited, as after a ctrl-C, which the terminal sends to all its processes.
    }
  }

  /** Kills the program and waits for its end. */
  async end(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const ended = new Promise((resolve) => this.process.once("exit", resolve));
    this.process.ref();
    this.process.stdin?.end();
    await ended;
  }

  /** The last 20 lines of its output. */
  logTail(): string {
    return readFileSync(this.log, "utf8").split("\n").slice(-20).join("\n");
  }
}
