import type { Command } from "commander";

/** Adds `farm bench`. */
export function addBench(program: Command): void {
  program
    .command("bench")
    .summary("measure speed and memory against their bounds")
    .description(
      "Measures complete processes, interleaved, and prints ratios of medians. Exits with 1 if a bound is exceeded. Takes " +
        "several minutes; the results are unreliable on a busy host.",
    )
    .argument("[part...]", "synth, growth, boot or tests (default: all)")
    .option("--runs <number>", "how often each process runs", "7")
    .action(async (parts: string[], options: { runs: string }) => (await import("./bench")).bench(parts, options));
}
