import { Laboratory } from "../cluster/laboratory";
import type { Testbed } from "./testbed/testbed";

/**
 * Starts a laboratory, calls `work` with it, and ends it.
 * @returns the error message of the laboratory or of `work`, if one failed: earlier results must be reported all the
 * same
 */
export async function inLaboratory(
  log: (line: string) => void,
  work: (lab: Laboratory) => Promise<void>,
): Promise<string | undefined> {
  try {
    const lab = await Laboratory.start({ log });
    try {
      await work(lab);
    } finally {
      await lab.end();
    }
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Prints how to access a testbed, and keeps it running until Ctrl-C, which ends this process. */
export async function keepRunning(
  { lab, pis }: Testbed,
  results: readonly string[],
  log: (line: string) => void,
): Promise<void> {
  for (const line of results) log(line);
  log(`The testbed keeps running until Ctrl-C. Its kubectl: ${lab.kubectlCommand}`);
  for (const pi of pis) log(`${pi.name}: ${[...pi.enter, "bash"].join(" ")}`);
  // A timer keeps this process alive. The laboratory handles Ctrl-C.
  await new Promise(() => setInterval(() => {}, 1 << 30));
}
