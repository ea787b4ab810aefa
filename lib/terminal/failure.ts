/** Exit codes of all verbs. What the program itself does wrong is 70 (sysexits.h); the launcher reports it. */
export const exitCode = {
  success: 0,
  /** The input is wrong, or a check failed. */
  failure: 1,
  /** There is no such verb, argument or option. */
  usage: 2,
  /** Something was begun that has to be gone on with; the message says how. */
  incomplete: 3,
} as const;

/** Something that the user can mend, or a check that failed: it is shown without a stack trace. */
export class Failure extends Error {
  override readonly name = "Failure";

  /**
   * @param message what is wrong and how to mend it, in one line
   * @param details more lines, as they are to be shown
   * @param code what the program ends with
   */
  constructor(
    message: string,
    readonly details: string = "",
    readonly code: number = exitCode.failure,
  ) {
    super(message);
  }
}
