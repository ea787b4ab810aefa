import { createRequire } from "node:module";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { packageRoot } from "../../lib/package-root";

/** As much as is used here of https://github.com/microsoft/node-pty, which cdktf's commands bring. */
interface Pty {
  onData(listener: (text: string) => void): void;
  onExit(listener: () => void): void;
  write(text: string): void;
  kill(signal: string): void;
}
interface PtyModule {
  spawn(program: string, parameters: string[], options: object): Pty;
}

/** Not imported: it is native, so it can't be bundled. */
const loadPty = (): PtyModule => createRequire(join(packageRoot, "package.json"))("@cdktf/node-pty-prebuilt-multiarch");

/** What a person types when a program asks something. */
export interface Reply {
  /** The question, in the output without control characters. It is replied to each time that it is asked. */
  readonly question: RegExp;
  /** @returns what to type; a line needs its "\r" */
  readonly reply: (match: RegExpMatchArray) => string;
}

/** How a command ended. */
export interface Ended {
  readonly status: number;
  /** What it printed, without control characters. */
  readonly output: string;
  /** Whether ctrl-C was pressed; the status then means nothing: kubectl's is 1. */
  readonly stopped: boolean;
}

export interface RunOptions {
  /** @default - none */
  readonly replies?: readonly Reply[];
  /** Polled; once it is true, ctrl-C is pressed. @default - never */
  readonly enough?: (output: string) => boolean;
  /** Receives the output as it comes. @default - none */
  readonly onOutput?: (text: string) => void;
  /** @default 1200 */
  readonly timeoutSeconds?: number;
}

/** Surrounds the exit status in the shell's prompt: ASCII's record separator, which programs don't print. */
const mark = "\u001e";
const promptPattern = new RegExp(`${mark}(\\d+)${mark}`);
const ctrlC = "\u0003";

/** A shell in a terminal, into which a person types one command after the other. */
export class Terminal {
  private readonly pty: Pty;
  private raw = "";
  private ended = false;

  /**
   * @param command the shell, which must be bash --noediting, with what has to come before it
   * @param folder in which it starts
   */
  static async start(
    command: readonly string[],
    folder: string,
    environment: Readonly<Record<string, string>>,
  ): Promise<Terminal> {
    const terminal = new Terminal(command, folder, environment);
    await terminal.untilPrompt({ timeoutSeconds: 30 });
    // Without an echo, the output is the programs' alone. `!` has no special meaning in the documentation.
    await terminal.run("stty -echo; set +H");
    return terminal;
  }

  private constructor(command: readonly string[], cwd: string, environment: Readonly<Record<string, string>>) {
    const [program = "", ...parameters] = command;
    const env = { ...environment, TERM: "xterm", PS1: `${mark}$?${mark}`, PS2: "", HISTFILE: "" };
    this.pty = loadPty().spawn(program, parameters, { cwd, env, cols: 200, rows: 50, name: "xterm" });
    this.pty.onData((text) => (this.raw += text));
    this.pty.onExit(() => (this.ended = true));
  }

  /** Types a command and waits for the prompt after it. @throws Error with the end of its output, on a time-out */
  async run(command: string, options: RunOptions = {}): Promise<Ended> {
    this.raw = "";
    this.pty.write(`${command}\r`);
    return this.untilPrompt(options);
  }

  end(): void {
    if (!this.ended) this.pty.kill("SIGHUP");
  }

  private async untilPrompt({ replies = [], enough, onOutput, timeoutSeconds = 1200 }: RunOptions): Promise<Ended> {
    const answered = new Map<Reply, number>();
    const until = Date.now() + timeoutSeconds * 1000;
    let [seen, stopped] = [0, false];
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      const prompt = promptPattern.exec(this.raw);
      const output = stripVTControlCharacters(prompt ? this.raw.slice(0, prompt.index) : this.raw).replace(/\r/g, "");
      onOutput?.(output.slice(seen));
      seen = output.length;
      if (prompt) return { status: Number(prompt[1]), output, stopped };
      if (this.ended) throw new Error(`the terminal has closed:\n${tail(output)}`);
      if (Date.now() > until) throw new Error(`no end after ${timeoutSeconds} s:\n${tail(output)}`);
      for (const one of replies) {
        const match = [...output.matchAll(new RegExp(one.question.source, "g"))][answered.get(one) ?? 0];
        if (!match) continue;
        answered.set(one, (answered.get(one) ?? 0) + 1);
        // Some programs drop what was typed before they had asked.
        await new Promise((resolve) => setTimeout(resolve, 300));
        this.pty.write(one.reply(match));
      }
      if (!stopped && enough?.(output)) {
        stopped = true;
        this.pty.write(ctrlC);
      }
    }
  }
}

/** The last lines of a text. */
export const tail = (text: string, lines = 25): string => text.trimEnd().split("\n").slice(-lines).join("\n");
