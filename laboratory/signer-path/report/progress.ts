import { type Colors, colorsFor } from "../../../lib/terminal/colors";
import type { RequestRecord } from "../records";
import { duration, grouped, moment } from "./format";

/** The part of process.stdout that shows progress. */
export type Terminal = Pick<NodeJS.WriteStream, "write"> & Partial<Pick<NodeJS.WriteStream, "isTTY" | "columns">>;

/**
 * Live progress: one line at the bottom of a terminal, which is rewritten. Nothing is shown if it is not a terminal.
 */
export class Progress {
  private line = "";
  private readonly colors: Colors;

  constructor(private readonly terminal: Terminal = process.stdout) {
    this.colors = colorsFor(terminal as NodeJS.WriteStream);
  }

  /** Calls `write`, whose output stays on the screen above the line. */
  above(write: () => void): void {
    const { line } = this;
    this.clear();
    write();
    this.draw(line);
  }

  /** Rewrites the line. @param isBad whether it is red */
  show(text: string, isBad: boolean): void {
    if (!this.terminal.isTTY) return;
    // A line that wraps could not be rewritten. Cut before it is coloured, because colours have no width.
    const cut = text.slice(0, (this.terminal.columns ?? 80) - 1);
    this.clear();
    this.draw(isBad ? this.colors.red(cut) : cut);
  }

  /** Removes the line. */
  clear(): void {
    if (this.line !== "") this.terminal.write("\r\u001b[K");
    this.line = "";
  }

  private draw(line: string): void {
    if (line !== "") this.terminal.write(line);
    this.line = line;
  }
}

/** Shows the progress of a running drill every second. */
export class LiveRun {
  /** The current fault. */
  fault?: string;
  private requests = 0;
  private failed = 0;
  private latest?: RequestRecord;
  private readonly start = performance.now();
  private readonly timer = setInterval(() => this.show(), 1000);

  /** @param serving returns the last signer, if it is known */
  constructor(
    private readonly progress: Progress,
    private readonly serving: () => string | undefined = () => undefined,
  ) {}

  /** Counts a request that has ended. */
  readonly count = (record: RequestRecord): void => {
    this.requests++;
    if (record.outcome === "failed") this.failed++;
    this.latest = record;
  };

  /** Removes the line and stops. */
  end(): void {
    clearInterval(this.timer);
    this.progress.clear();
  }

  private show(): void {
    const { latest, fault } = this;
    const answer = () => {
      if (!latest) return "no answer yet";
      if (latest.outcome === "failed") return `failed: ${latest.error ?? "no answer"}`;
      return `${latest.outcome} by ${this.serving() ?? "a signer"} in ${duration(latest.seconds)}`;
    };
    const parts = [
      moment((performance.now() - this.start) / 1000).padStart(7),
      `${grouped(this.requests)} requests`,
      `${grouped(this.failed)} failed`,
      answer(),
      ...(fault === undefined ? [] : [`fault: ${fault}`]),
    ];
    this.progress.show(parts.join("  "), this.failed > 0);
  }
}
