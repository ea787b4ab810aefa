import type { Command } from "commander";
import { chosenConfigurationHelp } from "../configuration-file";

/** Adds `farm quotas`. */
export function addQuotas(program: Command): void {
  program
    .command("quotas")
    .summary("check the project's quotas before the first deployment")
    .description(
      "Compares the project's quotas, as gcloud reports them, with the most that the configuration needs, also while GKE " +
        "upgrades its VMs. Changes nothing. Exits with 1 if one is too small, with what to write into the request for more.",
    )
    .argument("[configuration]", chosenConfigurationHelp)
    .action(async (file?: string) => (await import("./quotas")).quotas(file));
}
