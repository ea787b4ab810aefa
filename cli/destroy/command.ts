import type { Command } from "commander";
import { chosenConfigurationHelp } from "../configuration-file";

/** Adds `farm destroy`. */
export function addDestroy(program: Command): void {
  program
    .command("destroy")
    .summary("the way out: delete what was deployed, step by step")
    .description(
      "Deletes the pods first, so that nothing signs any more, then the cluster, then the rest. Bakers' disks, with their " +
        "high watermarks, reserved addresses and secrets stay, and cost money, unless you type the name of each. It can be " +
        "interrupted at any time, and continues when it is called again.",
    )
    .argument("[configuration]", chosenConfigurationHelp)
    .option("--confirm <name>", "the deployment's name, instead of asking for it; deletes nothing that stays")
    .option("--delete <name...>", "delete this disk, address or secret too")
    .option("--verbose", "show whole plans")
    .addHelpText(
      "after",
      "\nExit codes: 0 done, 1 refused and nothing changed, 2 a question without a terminal, 3 started but not complete: " +
        "run it again.",
    )
    .action(async (file: string | undefined, options: { confirm?: string; delete?: string[]; verbose?: boolean }) =>
      (await import("./destroy")).destroy(file, options),
    );
}
