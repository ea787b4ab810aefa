import { Command, CommanderError } from "commander";
import { addBench } from "../bench/command";
import { addLaboratory } from "../laboratory/commands";
import { addDeploy } from "./deploy/command";
import { addFence } from "./fence/command";
import { addGuard } from "./guard/command";
import { addPlanComment } from "./plan-comment/command";
import { addSchema } from "./schema/command";
import { addSynth } from "./synth/command";
import { changeToCallersFolder } from "./configuration-file";
import { exitCode, Failure } from "../lib/terminal/failure";
import { colorsFor } from "../lib/terminal/colors";

const examples = `
Examples:
  npm run synth                                  the default configuration, for the test network shadownet
  npm run synth -- config/hodl-farm.yaml         another configuration
  npm run deploy -- config/my-baker.yaml         creates or changes everything in Google Cloud
  BAKER_CONFIG=mine.yaml npx cdktf deploy '*'    cdktf's own commands read BAKER_CONFIG

Exit codes: 0 success, 1 invalid input or a failed check, 2 incorrect usage, 3 started but not completed (deploy, fence),
70 a bug in the program.
DEBUG=1 shows where in the sources a bug is. NO_COLOR=1 turns colours off.`;

/**
 * Runs the command line. A command's module is loaded only when the command is called.
 * @returns the exit code; rejects if the program itself has a bug
 */
export async function run(args: string[]): Promise<number> {
  exitQuietlyWhenOutputIsClosed();
  changeToCallersFolder();
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
    .usage("COMMAND [argument…]")
    .helpOption("-h, --help", "show this help, or that of a command")
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
    // Errors are passed to run(), instead of ending the process with commander's exit codes.
    .exitOverride();

  program.commandsGroup("Deployment:");
  addSynth(program);
  addDeploy(program);
  program.commandsGroup("Emergency:");
  addFence(program);
  program.commandsGroup("Pipeline:");
  addGuard(program);
  addPlanComment(program);
  program.commandsGroup("Development:");
  addSchema(program);
  addBench(program);
  addLaboratory(program);
  return program;
}

/** Prints an error in the same form for all commands. @returns the exit code */
function report(error: unknown): number {
  if (error instanceof CommanderError) {
    // commander has already printed it. Its code is 0 if the user asked for help.
    return error.exitCode === 0 ? exitCode.success : exitCode.usage;
  }
  const failure = asFailure(error);
  process.stderr.write(`${errorLabel()} ${failure.message}\n`);
  if (failure.details) process.stderr.write(`${failure.details.trimEnd()}\n`);
  return failure.code;
}

/** @throws the error itself if it is a bug in the program */
function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  // An error of the operating system: "EACCES: permission denied, open '/etc/shadow'".
  if (error instanceof Error && "syscall" in error && "path" in error) return new Failure(error.message);
  throw error;
}

const errorLabel = () => colorsFor(process.stderr).red("error:");

/** A closed pipe (`| head`) is not an error: the rest of the output is dropped. */
function exitQuietlyWhenOutputIsClosed(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit();
  });
}
