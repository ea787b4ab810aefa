import type { Command } from "commander";

/** Adds `farm drills` and `farm verify`. */
export function addLaboratory(program: Command): void {
  program
    .command("drills")
    .summary("break things on purpose, with the real programs, and see that the rest holds")
    .description(
      "Runs drills and prints their numbers. What a machine lacks for one is said, and that one is skipped. Exits with 1 " +
        "if something did not hold. Takes minutes; boot needs root and the programs of a Kubernetes node.",
    )
    .argument(
      "[name...]",
      "kill (init containers killed anywhere), boot (kill, and power cuts in whole boots), placement (machines that come " +
        "and go at random), partition (a baking VM cut off) or hundred (bakers); all otherwise",
    )
    .option("--seed <number>", "repeats what chance has decided")
    .option("--keep", "leaves the machines of boot, or the farm of the signer path, standing at the end, until ctrl-C")
    .action(async (names: string[], options: { seed?: string; keep?: boolean }) =>
      (await import("./drills")).drills(names, options),
    );
  program
    .command("verify")
    .summary("plan and apply with the real Terraform and providers, far from Google")
    .description(
      "For each configuration: init, validate and plan of platform, without any call to Google; and with a control plane " +
        "(CONTROL_PLANE_BIN) apply of baker, a second plan that changes nothing, and a comparison of what was made. " +
        "Without arguments also: what each kind of change would do (a table that was read and committed), and applies that are cut " +
        "off. Takes minutes. Providers come from the registry or a mirror; what can't be had is said, and skipped. " +
        "TERRAFORM_BINARY_NAME=tofu takes OpenTofu.",
    )
    .argument("[configuration...]", "YAML files; otherwise all examples")
    .option("--only <part>", "configurations, changes, removal or interruptions")
    .action(async (files: string[], options: { only?: string }) =>
      (await import("./verify/verify")).verify(files, options),
    );
}
