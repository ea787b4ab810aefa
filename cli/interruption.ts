import type { TerraformRun, TerraformResult } from "../lib/terraform/terraform";
import { signalGroup } from "../lib/terraform/terraform";
import { exitCode, Failure } from "../lib/terminal/failure";
import { warn } from "./dialogue";

/** What a person is told while Terraform runs. */
export interface Waiting {
  /** What Terraform's requests are about that have not ended. */
  readonly unfinished: () => readonly string[];
  /** How to go on afterwards, as a command. */
  readonly again: string;
}

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** A terminal and npm may both pass on one ctrl-C: signals that follow sooner than this are one, in milliseconds. */
const oneKeystroke = 250;

/**
 * ctrl-C, SIGTERM, and SIGHUP of a closed terminal or a lost ssh connection. Terraform must not be killed while requests
 * run: what they create would be missing in the state, and its lock would stay. So the first signal asks Terraform to
 * end, which it does when its running requests are done; the second says what it waits for; only the third kills.
 */
export class Interruption {
  private readonly controller = new AbortController();
  private running?: { readonly run: TerraformRun; readonly waiting: Waiting };
  private count = 0;
  private lastSignal = 0;
  private readonly handlers = signals.map((name) => [name, () => this.onSignal(name)] as const);

  constructor() {
    for (const [name, handler] of this.handlers) process.on(name, handler);
    // A closed terminal must not end this process while Terraform runs.
    for (const stream of [process.stdout, process.stderr]) {
      stream.removeAllListeners("error");
      stream.on("error", () => undefined);
    }
  }

  /** Gives the signals their usual effect again. */
  close(): void {
    for (const [name, handler] of this.handlers) process.off(name, handler);
  }

  /** Aborted by the first signal: for what may simply be given up, such as a pause or a question. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** @throws Failure if a signal has arrived */
  check(): void {
    if (this.signal.aborted) throw interrupted();
  }

  /** Waits for a run of Terraform, which signals end as described above. */
  async follow(run: TerraformRun, waiting: Waiting): Promise<TerraformResult> {
    this.running = { run, waiting };
    // It may have arrived while Terraform started.
    if (this.signal.aborted) signalGroup(run.child, "SIGINT");
    try {
      return await run.result;
    } finally {
      this.running = undefined;
    }
  }

  /** Waits, but not beyond a signal. @throws Failure if a signal arrives */
  async pause(seconds: number): Promise<void> {
    this.check();
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, seconds * 1000);
      this.signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
    });
    this.check();
  }

  private onSignal(name: string): void {
    if (Date.now() - this.lastSignal < oneKeystroke) return;
    this.lastSignal = Date.now();
    this.count += 1;
    const { running } = this;
    const first = !this.signal.aborted;
    this.controller.abort();
    if (running === undefined) return;
    const { run, waiting } = running;
    const unfinished = waiting.unfinished();
    if (first) {
      signalGroup(run.child, "SIGINT");
      warn(
        `${name === "SIGINT" ? "ctrl-C" : name}: Terraform ends when its running requests are done, and saves its state. ` +
          "This can take minutes. Don't close the terminal.",
      );
    } else if (this.count === 2) {
      const what = unfinished.length > 0 ? unfinished.join(", ") : "Terraform to save its state";
      warn(
        `Still waiting for ${what}. The log is ${run.log}. ctrl-C again kills Terraform: what it is creating is then ` +
          "missing in its state, and the state may stay locked.",
      );
    } else {
      signalGroup(run.child, "SIGKILL");
      warn(`Killed Terraform. Run it again, which looks for what is missing in the state: ${waiting.again}`);
    }
  }
}

/** The failure after a signal. */
export const interrupted = (): Failure =>
  new Failure("Interrupted. Run the same command again: it continues.", "", exitCode.incomplete);
