import type { Command } from "commander";
import { chosenConfigurationHelp } from "../configuration-file";

/** Adds `farm deploy`. */
export function addDeploy(program: Command): void {
  program
    .command("deploy")
    .summary("create or change everything in Google Cloud: platform, image, baker")
    .description(
      "Checks what a deployment needs, and reports everything that is missing at once. Then plans the stack platform, " +
        "refuses a plan that would delete what can't be recreated, shows it, asks, and applies exactly that plan. Builds " +
        "and pushes the image, waits for the cluster, and does the same with the stack baker.\n\n" +
        "It can be interrupted at any time, and continues when it is called again. ctrl-C lets Terraform complete its " +
        "running requests and save its state. What an interrupted run left behind is repaired: objects that are missing " +
        "in the state are imported, usable ones that Terraform wants to replace are kept.",
    )
    .argument("[configuration]", chosenConfigurationHelp)
    .option("--yes", "answer every question with yes; required without a terminal")
    .option("--verbose", "show whole plans")
    .addHelpText(
      "after",
      "\nExit codes: 0 deployed, 1 refused and nothing changed, 2 a question without a terminal, 3 started but not complete: " +
        "run it again.\nTERRAFORM_BINARY_NAME=tofu uses OpenTofu.",
    )
    .action(async (file: string | undefined, options: { yes?: boolean; verbose?: boolean }) =>
      (await import("./deploy")).deploy(file, options),
    );
}
