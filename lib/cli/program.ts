import { Command, CommanderError } from "commander";
import { standWhereTheUserStands } from "./configuration-file";
import { exitCode, Failure } from "./failure";
import { colorsFor, endQuietlyWithReader } from "./terminal";

const configurationHelp = "the YAML file; otherwise BAKER_CONFIG, otherwise config/shadownet.yaml";

const examples = `
Examples:
  npm run synth                                  the embedded example, for the test network shadownet
  npm run synth -- config/hodl-farm.yaml         another configuration
  BAKER_CONFIG=mine.yaml npx cdktf deploy '*'    cdktf's own commands take it so

Exit codes: 0 all is well, 1 the input is wrong or a check failed, 2 wrong usage, 3 begun and not ended (fence), 70 a
defect of the program.
DEBUG=1 shows where a defect is. NO_COLOR=1 turns colours off.`;

/**
 * The command line. Each verb's module is only loaded when it is called.
 * @returns the exit code; rejects when the program itself has a defect
 */
export async function run(args: string[]): Promise<number> {
  endQuietlyWithReader();
  standWhereTheUserStands();
  try {
    await createProgram().parseAsync(args, { from: "user" });
    return exitCode.success;
  } catch (error) {
    return report(error);
  }
}

function createProgram(): Command {
  const program = new Command("farm")
    .description("One YAML file in, a hardened, self-healing Tezos baker out.")
    .usage("VERB [argument…]")
    .helpOption("-h, --help", "show this, or the help of a verb")
    .helpCommand(false)
    .showHelpAfterError("Try --help.")
    .addHelpText("after", examples)
    .configureOutput({
      writeErr: (text) => process.stderr.write(text),
      outputError: (text, write) => write(text.replace(/^error:/, errorLabel())),
      getOutHasColors: () => colorsFor(process.stdout).isColorSupported,
      getErrHasColors: () => colorsFor(process.stderr).isColorSupported,
    })
    .configureHelp({ styleTitle: (text) => colorsFor(process.stdout).bold(text) })
    // Errors come back to run() instead of ending the process with a code of commander's.
    .exitOverride();

  program.commandsGroup("Making the deployment:");
  program
    .command("synth")
    .summary("check the configuration; write Terraform's JSON and the Raspberry Pis' files")
    .description(
      "Checks the configuration, writes the Terraform JSON of every stack (cdktf.out) and the files of every signer's " +
        "Raspberry Pi (dist/raspberry-pi), and shows what it made. If anything is wrong, nothing is written.",
    )
    .argument("[configuration]", configurationHelp)
    .action(async (file?: string) => (await import("./synth")).synth(file));

  program.commandsGroup("At night:");
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

  program.commandsGroup("Pipeline:");
  program
    .command("guard")
    .summary("refuse plans that delete what can't be made again")
    .description(
      "Reads plans as JSON (terraform show -json PLANFILE) and exits with 1 if one of them would delete or replace " +
        "what can't be made again: the cluster, disks, addresses, secrets.",
    )
    .argument("<plan...>", "plans as JSON")
    .action(async (files: string[]) => (await import("./pipeline")).guardPlans(files));
  program
    .command("plan-comment")
    .summary("show the plans of all stacks as one Markdown comment")
    .description("Writes the comment of a pull request about what its merge would change, in Markdown.")
    .argument("<folder>", "what ci/plan-stack.sh left, one folder a stack")
    .option("--stack <stack>", "this stack only")
    .option("--run-url <url>", "a link to the whole run")
    .action(async (folder: string, options: { stack?: string; runUrl?: string }) =>
      (await import("./pipeline")).commentPlans(folder, options),
    );

  program.commandsGroup("Working on the program:");
  program
    .command("schema")
    .summary("write config/schema.json, by which editors complete and explain configurations")
    .description("Writes config/schema.json from the program's own schema.")
    .action(async () => (await import("./schema")).writeSchema());
  program
    .command("bench")
    .summary("measure speed and memory against their bounds")
    .description(
      "Measures whole runs from outside, interleaved, and prints medians as ratios. Exits with 1 if a bound is broken. " +
        "Takes some minutes; a busy machine gives wild numbers.",
    )
    .argument("[part...]", "synth, growth, boot or tests; all of them otherwise")
    .option("--runs <number>", "runs of each", "7")
    .action(async (parts: string[], options: { runs: string }) =>
      (await import("../../bench/bench")).bench(parts, options),
    );
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
      (await import("../../__tests__/drills/drills")).drills(names, options),
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
      (await import("../../__tests__/drills/verify/verify")).verify(files, options),
    );
  return program;
}

/** Shows what went wrong, in the one way for all verbs. */
function report(error: unknown): number {
  if (error instanceof CommanderError) {
    // commander has shown it already. Help that was asked for is no error.
    return error.exitCode === 0 ? exitCode.success : exitCode.usage;
  }
  const failure = asFailure(error);
  process.stderr.write(`${errorLabel()} ${failure.message}\n`);
  if (failure.details) process.stderr.write(`${failure.details.trimEnd()}\n`);
  return failure.code;
}

/** @throws what is no fault of the user or the machine */
function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  // The operating system's refusals, such as a full disk: "EACCES: permission denied, open '/etc/shadow'".
  if (error instanceof Error && "syscall" in error && "path" in error) return new Failure(error.message);
  throw error;
}

const errorLabel = () => colorsFor(process.stderr).red("error:");
