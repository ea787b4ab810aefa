/** The result of a drill. */
export interface DrillResult {
  readonly name: string;
  /** Whether all checks passed. */
  readonly ok: boolean;
  /** Lines for the terminal: measurements and failures. */
  readonly lines: readonly string[];
}

/** Options of every drill. */
export interface DrillOptions {
  /** Receives each line of progress. */
  readonly log: (line: string) => void;
  /** Leaves the laboratory running at the end, until ctrl-C. @default false */
  readonly keep?: boolean;
}

/** What a drill finds while it runs. */
export class DrillRecord {
  private readonly lines: string[] = [];
  private readonly failures: string[] = [];

  /** @param log receives each line of progress, and each report */
  constructor(readonly log: (line: string) => void) {}

  /** A measurement, or what happened. */
  report(line: string): void {
    this.log(line);
    this.lines.push(line);
  }

  /** A check. */
  expect(isTrue: boolean, what: string): void {
    if (isTrue) return;
    this.log(`FAILED: ${what}`);
    this.failures.push(`not true: ${what}`);
  }

  /** A drill that could not go on. */
  fail(why: string): void {
    this.failures.push(why);
  }

  /** The failures if there are any, otherwise what was reported. */
  result(name: string): DrillResult {
    const ok = this.failures.length === 0;
    return { name, ok, lines: ok ? this.lines : this.failures };
  }
}
