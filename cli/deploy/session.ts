import { exitCode, Failure } from "../../lib/terminal/failure";
import { interrupted, Interruption } from "../interruption";
import { ProgramError } from "../programs";
import type { Published } from "../synth/synth";
import type { Context } from "./context";
import { holdLock } from "./lock";
import { stackFolder } from "./stack";

/**
 * What all steps of a command need. From here on, signals are handled, and no other run may use the same folder.
 * @param again the command that goes on after an interruption
 * @throws Failure if another run does
 */
export function contextFor(
  { configuration }: Published,
  { yes, verbose }: { readonly yes: boolean; readonly verbose: boolean },
  again: string,
): Context {
  holdLock(stackFolder(configuration.name, "lock"), again);
  const interruption = new Interruption();
  return {
    configuration,
    interruption,
    answers: { yes, signal: interruption.signal },
    verbose,
    again,
    progress: { changed: false },
  };
}

/** The error with which a command ends, with the exit code that says whether anything was changed. */
export function endedAs(error: unknown, { progress, interruption }: Context): unknown {
  if (interruption.signal.aborted && !(error instanceof Failure)) return interrupted();
  if (error instanceof Failure && progress.changed)
    return new Failure(error.message, error.details, exitCode.incomplete);
  if (!(error instanceof ProgramError)) return error;
  const message = progress.changed
    ? "A program failed. Run the same command again: it continues."
    : "A program failed. Nothing was changed.";
  return new Failure(message, error.message, progress.changed ? exitCode.incomplete : exitCode.failure);
}
