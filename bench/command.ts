import type { Command } from "commander";

/** Adds `farm bench`. */
export function addBench(program: Command): void {
  program
    .command("bench")
    .summary("measure speed and memory against their bounds")
    .description(
      "Measures whole runs from outside, interleaved, and prints medians as ratios. Exits with 1 if a bound is broken. " +
        "Takes some minutes; a busy machine gives wild numbers.",
    )
    .argument("[part...]", "synth, growth, boot or tests; all of them otherwise")
    .option("--runs <number>", "runs of each", "7")
    .action(async (parts: string[], options: { runs: string }) => (await import("./bench")).bench(parts, options));
}
