import type { Command } from "commander";
import { configurationHelp } from "../configuration-file";

/** Adds `farm fence`. */
export function addFence(program: Command): void {
  program
    .command("fence")
    .summary("power off a lost VM, see it off, and let the baker start on the spare")
    .description(
      "For a baking VM that Kubernetes has lost. Shows which VM and pod it means and asks for the VM's name; powers the " +
        "VM off (gcloud), waits until Compute Engine says that it is off, and only then marks its Node out of service, " +
        "so that the baking pod starts on the spare VM. Refuses at any doubt. Interrupted, it can be called again.",
    )
    .argument("[configuration]", configurationHelp)
    .option("--baker <name>", "whose pod is lost; needed where there are several")
    .option("--yes", "does not ask for the VM's name")
    .option("--off-within <seconds>", "how long the VM may take until it is off", "300")
    .action(async (file: string | undefined, options: { baker?: string; yes?: boolean; offWithin: string }) =>
      (await import("./fence")).fence(file, options),
    );
}
