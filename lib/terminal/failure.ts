/**
 * Exit codes of all commands. A bug in the program is 70, which the launcher reports.
 * https://man.openbsd.org/sysexits
 */
export const exitCode = {
  success: 0,
  /** The input is invalid, or a check failed. */
  failure: 1,
  /** The command, an argument or an option does not exist. */
  usage: 2,
  /** Something was started and has to be completed; the message explains how. */
  incomplete: 3,
} as const;

/** An error that the user can fix, or a failed check. It is printed without a stack trace. */
export class Failure extends Error {
  override readonly name = "Failure";

  /**
   * @param message what is wrong and how to fix it, in one line
   * @param details more lines, printed as they are
   * @param code the exit code
   */
  constructor(
    message: string,
    readonly details: string = "",
    readonly code: number = exitCode.failure,
  ) {
    super(message);
  }
}
