import type { Command } from "commander";
import { wrap } from "../lib/terminal/wrap";

/**
 * Adds `farm drills` and `farm verify`.
 *
 * The laboratory's rooms import in one direction, which lint enforces (eslint-rules.mjs lists them). From the bottom: the
 * files in this folder; convert (Terraform's JSON to Kubernetes objects); cluster (control plane and VMs) and policies;
 * home (Raspberry Pis) and terraform; stand-ins (for Octez and Google); the drills, a room each, and verify; drills.ts,
 * which only this file imports.
 */
export function addLaboratory(program: Command): void {
  program
    .command("drills")
    .summary("inject faults into the real programs, and check that the rest keeps working")
    .description(
      "Runs drills and prints what they measured. Skips a drill if the host lacks something that it needs. Exits with 1 " +
        "if a check fails. Takes minutes; most drills need root and the programs of a Kubernetes node.",
    )
    .argument(
      "[name...]",
      "kill (init containers killed at any point), boot (kill, and power cuts during complete boots), placement (VMs that " +
        "come and go at random), partition (a baking VM that loses its network), registry (a baking VM that dies while no image " +
        "can be pulled), hundred (bakers), first-day (from a clone to the first signature, by the printed commands), or a " +
        "drill of the signer path, see docs/drills.md (default: all)",
    )
    .addHelpText("after", () => `\nAll names:\n${wrap(drillNames().join(", "), "  ").join("\n")}`)
    .option("--seed <number>", "repeats a run with the same random choices")
    .option("--keep", "keeps the drill's pods and virtual hosts running at the end, until ctrl-C")
    .action(async (names: string[], options: { seed?: string; keep?: boolean }) =>
      (await import("./drills")).drills(names, options),
    );
  program
    .command("verify")
    .summary("apply with the real Terraform and providers, to a stand-in for Google and a real control plane")
    .description(
      "For each configuration: apply of platform to a stand-in for Google's API, a second plan that must change nothing, " +
        "and attempts to destroy it; with a control plane (CONTROL_PLANE_BIN) the same for baker, and a comparison of the " +
        "objects with the configuration. Without arguments it also compares what each kind of change would do with a " +
        "reviewed table, and interrupts applies. Takes minutes. Providers come from the registry or a mirror; whatever is " +
        "not available is reported and skipped; if that is everything, it exits with 1. Nothing is sent to Google. TERRAFORM_BINARY_NAME=tofu selects OpenTofu.",
    )
    .argument("[configuration...]", "YAML files (default: all examples)")
    .option("--only <parts>", "of configurations,imports,failures,interruptions,changes,removal")
    .option("--every-write", "interrupts platform at every write of every example; half an hour more")
    .action(async (files: string[], options: { only?: string; everyWrite?: boolean }) =>
      (await import("./verify/verify")).verify(files, options),
    );
}

// Loaded only for the help of drills.
const drillNames = () => Object.keys((require("./drills") as typeof import("./drills")).drillsByName);
