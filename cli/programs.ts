import { execFile, spawnSync } from "node:child_process";
import { Failure } from "../lib/terminal/failure";
import { installations } from "./installation";

/** How long gcloud or kubectl may take, in seconds: a network that drops packets must not block fence. */
const timeoutSeconds = 30;

/** gcloud or kubectl failed. */
export class ProgramError extends Error {
  override readonly name = "ProgramError";

  constructor(
    /** The command line. */
    readonly command: string,
    /** What the program wrote to stderr, or why it could not be run. */
    readonly reason: string,
  ) {
    super(`${command}: ${reason}`);
  }
}

/**
 * Runs gcloud or kubectl.
 * @param environment variables added to those of this process
 * @returns the program's output
 * @throws Failure if it is not installed
 * @throws ProgramError if it fails, or takes longer than 30 s
 */
export function run(program: string, parameters: readonly string[], environment: Record<string, string> = {}): string {
  const { status, stdout, stderr, error } = spawnSync(program, parameters, {
    encoding: "utf8",
    // Without stdin it can't wait for the answer to a prompt that nobody sees.
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...environment },
    timeout: timeoutSeconds * 1000,
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status === 0) return stdout;
  const command = [program, ...parameters].join(" ");
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (code === "ENOENT") throw notInstalled(program);
  if (code === "ETIMEDOUT") throw new ProgramError(command, `no answer within ${timeoutSeconds} s`);
  throw new ProgramError(command, stderr.trim() || error?.message || `exit status ${status}`);
}

/** How a program is run beside this one. */
export interface AsideProps {
  /** Ends the program. */
  readonly signal: AbortSignal;
  /** @default 60 */
  readonly timeoutSeconds?: number;
  /** Variables added to those of this process. @default - none */
  readonly environment?: NodeJS.ProcessEnv;
}

/**
 * Runs a program while this one goes on.
 * @returns the program's output
 * @throws Failure if it is not installed
 * @throws ProgramError if it fails, or takes too long
 */
export function runAside(
  program: string,
  parameters: readonly string[],
  { signal, timeoutSeconds: seconds = 60, environment }: AsideProps,
): Promise<string> {
  const command = [program, ...parameters].join(" ");
  return new Promise((resolve, reject) => {
    const child = execFile(
      program,
      parameters,
      {
        env: { ...process.env, ...environment },
        signal,
        timeout: seconds * 1000,
        maxBuffer: 64 * 1024 * 1024,
      },
      (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else if (error.code === "ENOENT") reject(notInstalled(program));
        else if (error.killed) reject(new ProgramError(command, `no answer within ${seconds} s`));
        else reject(new ProgramError(command, stderr.trim() || error.message));
      },
    );
    // Without stdin it can't wait for the answer to a prompt that nobody sees.
    child.stdin?.end();
  });
}

/**
 * Runs a program as runAside does.
 * @returns its output, parsed as JSON
 */
export async function json<Shape>(
  [program = "", ...parameters]: readonly string[],
  options: AsideProps,
): Promise<Shape> {
  return JSON.parse(await runAside(program, parameters, options)) as Shape;
}

const notInstalled = (program: string): Failure =>
  new Failure(`${program} is not installed, or not on PATH.`, installations()[program]);

/** The message of a ProgramError. @throws every other error: it is a bug in this program */
export function programErrorMessage(error: unknown): string {
  if (error instanceof ProgramError) return error.message;
  throw error;
}
