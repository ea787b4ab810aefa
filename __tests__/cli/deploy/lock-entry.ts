import { holdLock } from "../../../cli/deploy/lock";
import { Failure } from "../../../lib/terminal/failure";

/** Takes a lock as `farm deploy` does, says so, and holds it until its input ends. */
export async function run([file = ""]: string[]): Promise<number> {
  try {
    holdLock(file, "npm run deploy");
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    process.stdout.write(`refused: ${error.message}\n${error.details}\n`);
    return error.code;
  }
  process.stdout.write("holds it\n");
  for await (const _ of process.stdin);
  return 0;
}
