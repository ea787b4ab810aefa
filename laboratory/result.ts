/** What a drill has found. */
export interface DrillResult {
  readonly name: string;
  /** Whether all held that must hold. */
  readonly ok: boolean;
  /** For the terminal: the numbers, and each thing that did not hold. */
  readonly lines: readonly string[];
}

export interface DrillOptions {
  /** Takes each line of progress, as it comes. */
  readonly log: (line: string) => void;
  /** Leaves the laboratory standing at the end, until ctrl-C. @default false */
  readonly keep?: boolean;
}
