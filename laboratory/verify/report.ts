import { Failure } from "../../lib/terminal/failure";

type Outcome = "ok" | "FAILED" | "SKIPPED";

/** What verify prints: a line for each check when it ends, and on a terminal what it is doing. */
export class Report {
  private readonly failed: string[] = [];
  private current = "";
  private checks = 0;

  constructor(private readonly output: NodeJS.WriteStream = process.stdout) {}

  /** Runs a check. @param body returns a summary; throws if the check fails */
  async check(title: string, body: () => Promise<string>): Promise<void> {
    this.current = title;
    this.checks++;
    this.progress("");
    const since = Date.now();
    try {
      this.line("ok", title, await body(), since);
    } catch (error) {
      this.failed.push(title);
      this.line("FAILED", title, shortened((error as Error).message), since);
    }
  }

  /** Says that a check can't run here. */
  skip(title: string, why: string): void {
    this.line("SKIPPED", title, why, Date.now());
  }

  /** Says how far the present check is, on a terminal. */
  progress(how: string): void {
    if (!this.output.isTTY) return;
    this.output.write(`\r\x1b[K${[this.current, how].filter(Boolean).join(": ")} …`.slice(0, this.output.columns));
  }

  /** @throws Failure with the checks that failed, or if none could run: whoever asked must not take that for a success */
  end(): void {
    if (this.checks === 0) throw new Failure("Nothing was checked: everything was skipped.");
    if (this.failed.length > 0) throw new Failure(`Failed: ${this.failed.join("; ")}.`);
  }

  private line(outcome: Outcome, title: string, detail: string, since: number): void {
    const seconds = ((Date.now() - since) / 1000).toFixed(1);
    const clear = this.output.isTTY ? "\r\x1b[K" : "";
    this.output.write(`${clear}${outcome.padEnd(7)} ${seconds.padStart(6)} s  ${title}: ${detail}\n`);
  }
}

const maxLines = 20;

/** Of what Terraform prints only its errors: the plan above them has a thousand lines. */
function shortened(message: string): string {
  const [start = ""] = message.split("\n");
  const errors = /^Error: [^]*/m.exec(message)?.[0];
  const lines = (errors === undefined ? message : `${start}\n${errors}`).trim().split("\n");
  return lines.length <= maxLines
    ? lines.join("\n")
    : [...lines.slice(0, maxLines), `… and ${lines.length - maxLines} more lines`].join("\n");
}

/** @throws Error that lists the items, if there are any */
export function expectNone(what: string, items: readonly string[]): void {
  if (items.length > 0) throw new Error(`${what}: ${items.join("; ")}`);
}
