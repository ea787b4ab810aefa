import { type Colors, colorsFor } from "../../../lib/terminal/colors";
import type { RequestRecord } from "../records";
import { duration, grouped, moment } from "./reading";

/** Where progress is shown: process.stdout, or what a test takes for it. */
export type Terminal = Pick<NodeJS.WriteStream, "write"> & Partial<Pick<NodeJS.WriteStream, "isTTY" | "columns">>;

/** Live progress: one line at the bottom of a terminal, rewritten every second. A log gets none. */
export class Progress {
  private line = "";
  private readonly colors: Colors;

  constructor(private readonly terminal: Terminal = process.stdout) {
    this.colors = colorsFor(terminal as NodeJS.WriteStream);
  }

  /** Has something that stays on the screen written above the line. */
  above(write: () => void): void {
    const { line } = this;
    this.clear();
    write();
    this.draw(line);
  }

  /** @param isBad whether something has failed */
  show(text: string, isBad: boolean): void {
    if (!this.terminal.isTTY) return;
    // One that wraps could not be rewritten. It is cut before it is coloured: a colour has no width.
    const cut = text.slice(0, (this.terminal.columns ?? 80) - 1);
    this.clear();
    this.draw(isBad ? this.colors.red(cut) : cut);
  }

  clear(): void {
    if (this.line !== "") this.terminal.write("\r\u001b[K");
    this.line = "";
  }

  private draw(line: string): void {
    if (line !== "") this.terminal.write(line);
    this.line = line;
  }
}

/** How a running drill stands, every second. */
export class LiveRun {
  /** What is broken at the moment. */
  fault?: string;
  private requests = 0;
  private failed = 0;
  private latest?: RequestRecord;
  private readonly start = performance.now();
  private readonly timer = setInterval(() => this.show(), 1000);

  /** @param serving who has signed last, where that is known */
  constructor(
    private readonly progress: Progress,
    private readonly serving: () => string | undefined = () => undefined,
  ) {}

  /** Takes each request with its answer. */
  readonly tell = (record: RequestRecord): void => {
    this.requests++;
    if (record.outcome === "failed") this.failed++;
    this.latest = record;
  };

  end(): void {
    clearInterval(this.timer);
    this.progress.clear();
  }

  private show(): void {
    const { latest, fault } = this;
    const answer = () => {
      if (!latest) return "no answer yet";
      if (latest.outcome === "failed") return `lost: ${latest.error ?? "no answer"}`;
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
