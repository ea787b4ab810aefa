import { Command, CommanderError } from "commander";
import { addBench } from "../bench/command";
import { addLaboratory } from "../laboratory/commands";
import { addDeploy } from "./deploy/command";
import { addExplain } from "./explain/command";
import { addDestroy } from "./destroy/command";
import { addFence } from "./fence/command";
import { addGuard } from "./guard/command";
import { addPlanComment } from "./plan-comment/command";
import { addQuotas } from "./quotas/command";
import { addSchema } from "./schema/command";
import { addSynth } from "./synth/command";
import { changeToCallersFolder } from "./configuration-file";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ConfigurationError, formatProblems } from "../lib/config/reading/problems";
import { packageRoot } from "../lib/package-root";
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
    .version(versionText(), "-V, --version", "show the version")
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
  addExplain(program);
  addQuotas(program);
  addDeploy(program);
  addDestroy(program);
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

function versionText(): string {
  const { name, version } = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")) as Record<
    string,
    string
  >;
  return `${name} ${version}, Node ${process.version}`;
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
  if (error instanceof ConfigurationError) return new Failure(`${error.file} has problems.`, formatProblems(error));
  if (error instanceof Error && "syscall" in error && "path" in error)
    return fileFailure(error as NodeJS.ErrnoException);
  throw error;
}

/** What to do about an error of the operating system with a file. */
function fileFailure(error: NodeJS.ErrnoException): Failure {
  const { code = "", message, path = "" } = error;
  const meaning: Readonly<Record<string, string>> = {
    EACCES: "You may not access it. Change its permissions or its owner, or use a folder of your own.",
    EPERM: "You may not access it. Change its permissions or its owner, or use a folder of your own.",
    EROFS: "The file system is read-only. Use a copy of this program that you can write to.",
    ENOSPC: "The disk is full. Make room, and run the same command again.",
    EEXIST: "There is a file where a folder has to be. Move it away.",
    ENOTDIR: "There is a file where a folder has to be. Move it away.",
    EISDIR: "It is a folder. Give the path of a file.",
    ENOENT: "It does not exist. Check the path.",
  };
  return new Failure(
    meaning[code] === undefined ? message : `${path}: ${meaning[code]}`,
    meaning[code] && `(${message})`,
  );
}

const errorLabel = () => colorsFor(process.stderr).red("error:");

/** A closed pipe (`| head`) is not an error: the rest of the output is dropped. */
function exitQuietlyWhenOutputIsClosed(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit();
  });
}
