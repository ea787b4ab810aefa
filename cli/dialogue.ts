import { createInterface } from "node:readline";
import { colorsFor } from "../lib/terminal/colors";
import { exitCode, Failure } from "../lib/terminal/failure";

/** Prints a line. */
export const print = (line = ""): void => void process.stdout.write(`${line}\n`);

/** Prints a line that must not be missed. */
export const warn = (line: string): void =>
  void process.stderr.write(`${colorsFor(process.stderr).yellow("warning:")} ${line}\n`);

/** How questions are answered. */
export interface Answers {
  /** Every question is answered with yes. */
  readonly yes: boolean;
  /** Gives a question up. */
  readonly signal: AbortSignal;
}

/**
 * Asks a question that only one word answers with yes.
 * @returns whether that word was typed; true without asking if `answers.yes`
 * @throws Failure with exit code 2 if there is no terminal to ask at
 */
export async function asks(question: string, word: string, { yes, signal }: Answers): Promise<boolean> {
  if (yes) return true;
  return (await line(`${question} Type ${word}: `, signal)) === word;
}

/**
 * Asks what only a person may answer, and --yes does not.
 * @returns whether that word was typed; false if nobody can be asked
 */
export async function asksPerson(question: string, word: string, { yes, signal }: Answers): Promise<boolean> {
  return !yes && process.stdin.isTTY && (await line(question, signal)) === word;
}

/**
 * Reads a line from the terminal.
 * @returns it without spaces at both ends; undefined if the input ended, or a signal arrived
 * @throws Failure with exit code 2 if there is no terminal
 */
export async function line(question: string, signal: AbortSignal): Promise<string | undefined> {
  if (!process.stdin.isTTY) {
    const message = "There is no terminal to ask at.";
    throw new Failure(message, `The question: ${question}\nAdd --yes where a script may answer yes.`, exitCode.usage);
  }
  // The terminal stays in its usual mode, so that ctrl-C is a signal.
  const terminal = createInterface({ input: process.stdin, output: process.stdout, terminal: false });
  try {
    return await new Promise((resolve) => {
      process.stdout.write(question);
      terminal.once("line", (text) => resolve(text.trim()));
      terminal.once("close", () => resolve(undefined));
      signal.addEventListener("abort", () => resolve(undefined), { once: true });
    });
  } finally {
    terminal.close();
  }
}
