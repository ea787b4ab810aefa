import type { Command } from "commander";

/** Adds `farm guard`. */
export function addGuard(program: Command): void {
  program
    .command("guard")
    .summary("refuse plans that delete what can't be recreated")
    .description(
      "Reads plans as JSON (terraform show -json PLANFILE) and exits with 1 if one of them would delete or replace " +
        "something that can't be recreated: the cluster, a node pool, a disk, an address, a secret. Also if it would " +
        "change what Google or Kubernetes doesn't let anybody change, so that an apply would stop half-way.",
    )
    .argument("<plan...>", "plans as JSON")
    .action(async (files: string[]) => (await import("./guard")).guard(files));
}
