import type { Command } from "commander";
import { chosenConfigurationHelp } from "../configuration-file";

/** Adds `farm fence`. */
export function addFence(program: Command): void {
  program
    .command("fence")
    .summary("power off a lost baking VM, and let the baker start on the spare")
    .description(
      "For a baking VM that Kubernetes has lost. Shows the VM and its pod, and asks for the VM's name. Powers the VM off, " +
        "waits until Compute Engine confirms that it is off, and only then taints its Node as out of service, so that the " +
        "baking pod starts on the spare VM, or, with size small, when the pool has recreated the VM. Refuses if anything is doubtful. If it is interrupted, run it again.",
    )
    .argument("[configuration]", chosenConfigurationHelp)
    .option("--baker <name>", "whose pod is lost; required if there are several bakers")
    .option("--yes", "don't ask for the VM's name")
    .option("--off-within <seconds>", "how long the VM may take to power off", "300")
    .action(async (file: string | undefined, options: { baker?: string; yes?: boolean; offWithin: string }) =>
      (await import("./fence")).fence(file, options),
    );
}
