import type { Command } from "commander";

/** Adds `farm guard`. */
export function addGuard(program: Command): void {
  program
    .command("guard")
    .summary("refuse plans that delete what can't be made again")
    .description(
      "Reads plans as JSON (terraform show -json PLANFILE) and exits with 1 if one of them would delete or replace " +
        "what can't be made again: the cluster, disks, addresses, secrets.",
    )
    .argument("<plan...>", "plans as JSON")
    .action(async (files: string[]) => (await import("./guard")).guardPlans(files));
}
