import type { Command } from "commander";
import { configurationHelp } from "../configuration-file";

/** Adds `farm explain`. */
export function addExplain(program: Command): void {
  program
    .command("explain")
    .summary("show what would exist at Google, why, and what it costs a month")
    .description(
      "Shows what a configuration creates at Google and what it is for, what that costs a month at list price, and the " +
        "quotas that it needs. Asks nobody, and writes nothing.",
    )
    .argument("[configuration]", configurationHelp)
    .option("--json", "print JSON, for scripts")
    .action(async (file: string | undefined, options: { json?: boolean }) =>
      (await import("./explain")).explain(file, options),
    );
}
