import { spawnSync } from "node:child_process";
import { Failure } from "../../lib/terminal/failure";

/** How long gcloud or kubectl may take for one answer, in seconds: a network that swallows packets must not hold us. */
const answerSeconds = 30;

/** What a program said that did not do what it was asked for. */
export class ProgramError extends Error {
  override readonly name = "ProgramError";

  constructor(
    /** As somebody would type it. */
    readonly command: string,
    /** What it wrote, or what the system said of it. */
    readonly words: string,
  ) {
    super(`${command}: ${words}`);
  }
}

/**
 * Runs gcloud or kubectl and waits for its answer.
 * @param environment beside this process' own
 * @returns what it wrote
 * @throws Failure where it is not installed
 * @throws ProgramError where it fails, or takes longer than 30 s
 */
export function ask(program: string, parameters: readonly string[], environment: Record<string, string> = {}): string {
  const { status, stdout, stderr, error } = spawnSync(program, parameters, {
    encoding: "utf8",
    // A question that it would ask of a terminal must not wait for an answer that nobody sees is wanted.
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...environment },
    timeout: answerSeconds * 1000,
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status === 0) return stdout;
  const command = [program, ...parameters].join(" ");
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (code === "ENOENT") throw new Failure(`${program} is not installed, or not on PATH. Nothing was done by it.`);
  if (code === "ETIMEDOUT") throw new ProgramError(command, `no answer within ${answerSeconds} s`);
  throw new ProgramError(command, stderr.trim() || error?.message || `it ended with status ${status}`);
}
