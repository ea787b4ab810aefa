import type { Needs } from "../support/real";

/** Something that is broken on purpose, with the real programs, to see that the rest holds. */
export interface Drill {
  /** A few words, for the report. */
  readonly title: string;
  /** What it needs of the machine; where something is missing it is skipped, visibly. */
  readonly needs: Needs;
  /**
   * @param print takes each line of the report
   * @returns what did not hold, each in a line; empty if all held
   */
  run(options: DrillOptions, print: (line: string) => void): Promise<readonly string[]>;
}

export interface DrillOptions {
  /** Decides everything random: the same seed gives the same drill again. */
  readonly seed: number;
}
