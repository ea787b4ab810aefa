import { checkConfiguration, checkWritten } from "./checks/checks";
import { checkSecrets } from "./checks/secrets";
import { complete } from "./complete";
import { Findings } from "./reading/findings";
import { ConfigurationError, type Path, type Problem } from "./reading/problems";
import type { Configuration } from "./schema/configuration";
import { readShape } from "./reading/shape";
import { readYamlFile, type Position } from "./reading/yaml-file";

export { ConfigurationError, type Problem } from "./reading/problems";

export interface LoadedConfiguration {
  readonly configuration: Configuration;
  /** What is allowed, but its owner should know, in the order of the file. */
  readonly warnings: readonly Problem[];
}

/** The file that is used if none is given. */
export const defaultConfigurationFile = "config/shadownet.yaml";

/** Reads, parses, completes and checks a configuration file. @throws ConfigurationError with all problems */
export function loadConfiguration(file: string): LoadedConfiguration {
  const { value, position } = readYamlFile(file);
  return parseConfiguration(value, file, position);
}

/**
 * Parses, completes and checks the content of `file`.
 * @param position returns the position of a field in the file @default - problems have no positions
 * @throws ConfigurationError with all problems
 */
export function parseConfiguration(
  input: unknown,
  file: string,
  position: (path: Path) => Position | undefined = () => undefined,
): LoadedConfiguration {
  const findings = new Findings();
  checkSecrets(input, findings);
  const written = readShape(input, findings);
  checkWritten(written, findings);
  const configuration = complete(written);
  checkConfiguration(configuration, findings);
  const problems = findings.problems(position);
  if (problems.length > 0) throw new ConfigurationError(file, problems);
  // Without a problem nothing is unreadable or missing.
  return { configuration: configuration as Configuration, warnings: findings.warnings(position) };
}
