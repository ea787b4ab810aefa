import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, fstatSync, mkdirSync, openSync, readFileSync, readSync } from "node:fs";
import { join } from "node:path";
import { StringDecoder } from "node:string_decoder";
import { shellWord } from "../terminal/shell";
import type { TerraformEvent } from "./events";

/** How a run of Terraform ended. */
export interface TerraformResult {
  /** Its exit status; null if a signal ended it. */
  readonly status: number | null;
  /** What it wrote to standard output and standard error. */
  readonly output: string;
  /** With `-json`: its messages, in their order. */
  readonly events: readonly TerraformEvent[];
}

/** A run of Terraform that has not ended yet. */
export interface TerraformRun {
  /** Terraform leads a process group of its own: a terminal's ctrl-C does not reach it. */
  readonly child: ChildProcess;
  /** File that it writes its output to. */
  readonly log: string;
  readonly result: Promise<TerraformResult>;
}

export interface TerraformProps {
  /** Terraform's working directory. */
  readonly folder: string;
  /** Additional environment variables. @default - none */
  readonly variables?: NodeJS.ProcessEnv;
}

/** How often the output of a run is read, in milliseconds. */
const readingInterval = 100;

/**
 * Terraform or OpenTofu in a folder. It writes to files instead of pipes: if this process is killed, or the terminal
 * closed, Terraform still completes its requests and saves its state. With a pipe, its next line would end it.
 */
export class Terraform {
  readonly folder: string;
  private readonly variables: NodeJS.ProcessEnv;

  constructor({ folder, variables = {} }: TerraformProps) {
    this.folder = folder;
    this.variables = variables;
  }

  /** File with the output of the last run of a command. */
  logFile(command: string): string {
    return join(this.folder, `${command}.log`);
  }

  /**
   * Starts a command.
   * @param onEvent called for each message of a command with `-json`, soon after Terraform has written it
   */
  start([command = "", ...parameters]: readonly string[], onEvent?: (event: TerraformEvent) => void): TerraformRun {
    mkdirSync(this.folder, { recursive: true });
    const file = this.logFile(command);
    const log = openSync(file, "w");
    const child = spawn(terraformProgram(), [command, ...parameters], {
      cwd: this.folder,
      env: { ...process.env, CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1", TF_INPUT: "0", ...this.variables },
      stdio: ["ignore", log, log],
      detached: true,
    });
    closeSync(log);
    const events: TerraformEvent[] = [];
    const follower = new Follower(file, (line) => {
      const event = parseEvent(line);
      if (event === undefined) return;
      events.push(event);
      onEvent?.(event);
    });
    const reading = setInterval(() => follower.read(), readingInterval);
    const result = new Promise<TerraformResult>((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (status) => {
        follower.read();
        resolve({ status, output: readFileSync(file, "utf8"), events });
      });
    }).finally(() => {
      clearInterval(reading);
      follower.close();
    });
    return { child, log: file, result };
  }
}

/** What `terraform show -json` printed. A warning of Terraform may come before it. */
export const shownJson = (output: string): unknown => JSON.parse(output.slice(output.indexOf('{"format_version"')));

/** The program that runs: as for cdktf's own commands, TERRAFORM_BINARY_NAME names another than terraform. */
export const terraformProgram = (): string => process.env["TERRAFORM_BINARY_NAME"] || "terraform";

/** A command line that a person can paste, such as `terraform -chdir=FOLDER state rm ADDRESS`. */
export const terraformCommand = (folder: string, ...words: readonly string[]): string =>
  [terraformProgram(), `-chdir=${folder}`, ...words].map(shellWord).join(" ");

/** Sends a signal to a process group of its own. */
export function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch (error) {
    // It has already ended.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** Reads the lines that another process adds to a file. */
class Follower {
  private readonly file: number;
  private readonly decoder = new StringDecoder("utf8");
  private position = 0;
  private rest = "";

  constructor(
    path: string,
    private readonly onLine: (line: string) => void,
  ) {
    this.file = openSync(path, "r");
  }

  read(): void {
    const length = fstatSync(this.file).size - this.position;
    if (length <= 0) return;
    const buffer = Buffer.alloc(length);
    this.position += readSync(this.file, buffer, 0, length, this.position);
    const lines = (this.rest + this.decoder.write(buffer)).split("\n");
    this.rest = lines.pop() ?? "";
    for (const line of lines) this.onLine(line);
  }

  close(): void {
    closeSync(this.file);
  }
}

function parseEvent(line: string): TerraformEvent | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    const event = JSON.parse(line) as TerraformEvent;
    return typeof event.type === "string" ? event : undefined;
  } catch {
    return undefined;
  }
}
