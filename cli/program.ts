import { Command, CommanderError } from "commander";
import { addBench } from "../bench/command";
import { addLaboratory } from "../laboratory/commands";
import { addFence } from "./fence/command";
import { addGuard } from "./guard/command";
import { addPlanComment } from "./plan-comment/command";
import { addSchema } from "./schema/command";
import { addSynth } from "./synth/command";
import { standWhereTheUserStands } from "./configuration-file";
import { exitCode, Failure } from "../lib/terminal/failure";
import { colorsFor } from "../lib/terminal/colors";

const examples = `
Examples:
  npm run synth                                  the embedded example, for the test network shadownet
  npm run synth -- config/hodl-farm.yaml         another configuration
  BAKER_CONFIG=mine.yaml npx cdktf deploy '*'    cdktf's own commands take it so

Exit codes: 0 all is well, 1 the input is wrong or a check failed, 2 wrong usage, 3 begun and not ended (fence), 70 a
defect of the program.
DEBUG=1 shows where a defect is. NO_COLOR=1 turns colours off.`;

/**
 * The command line. A verb's own module is only loaded when it is called.
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
  addSynth(program);
  program.commandsGroup("At night:");
  addFence(program);
  program.commandsGroup("Pipeline:");
  addGuard(program);
  addPlanComment(program);
  program.commandsGroup("Working on the program:");
  addSchema(program);
  addBench(program);
  addLaboratory(program);
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

/** A reader that has seen enough (`| head`) is no error: the rest is not written. */
function endQuietlyWithReader(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit();
  });
}
