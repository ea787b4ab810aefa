import type { Command } from "commander";
import { configurationHelp } from "../configuration-file";

/** Adds `farm synth`. */
export function addSynth(program: Command): void {
  program
    .command("synth")
    .summary("check the configuration; write Terraform's JSON and the Raspberry Pis' files")
    .description(
      "Checks the configuration, writes the Terraform JSON of every stack (cdktf.out) and the files for every signer's " +
        "Raspberry Pi (dist/NAME), and shows a summary. If anything is wrong, nothing is written.",
    )
    .argument("[configuration]", configurationHelp)
    .action(async (file?: string) => (await import("./synth")).synth(file));
}
