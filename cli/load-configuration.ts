import { ConfigurationError, loadConfiguration } from "../lib/config/load";
import { formatProblems } from "../lib/config/reading/problems";
import type { Configuration } from "../lib/config/schema/configuration";
import { Failure } from "../lib/terminal/failure";

/**
 * Loads the configuration of a command that does not synthesise; its warnings are synth's.
 * @throws Failure with all problems of the file
 */
export function validConfiguration(path: string): Configuration {
  try {
    return loadConfiguration(path).configuration;
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    throw new Failure(`${error.file} has problems; nothing was done.`, formatProblems(error));
  }
}
