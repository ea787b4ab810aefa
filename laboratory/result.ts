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
