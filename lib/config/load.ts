import { checkConfiguration } from "./checks/checks";
import { checkSecrets } from "./checks/secrets";
import { Findings } from "./reading/findings";
import { withPreset } from "./presets";
import { ConfigurationError, type Path, type Problem } from "./reading/problems";
import type { Configuration } from "./schema/configuration";
import { readShape } from "./reading/shape";
import { readYamlFile, type Position } from "./reading/yaml-file";

export { ConfigurationError, type Problem } from "./reading/problems";

export interface LoadedConfiguration {
  readonly configuration: Configuration;
  /** What is allowed, but its owner should know; in the order of the file. */
  readonly warnings: readonly Problem[];
}

/** The file that is used when none is given. */
export const defaultConfigurationFile = "config/shadownet.yaml";

/** Reads, completes and checks a configuration file. @throws ConfigurationError with all problems at once */
export function loadConfiguration(file: string): LoadedConfiguration {
  const { value, position } = readYamlFile(file);
  return completeConfiguration(value, file, position);
}

/**
 * Completes and checks what was read from `file`: the size's preset is laid under it, defaults are filled in.
 * @param position where in the file a field stands @default - problems come without lines
 * @throws ConfigurationError with all problems at once
 */
export function completeConfiguration(
  input: unknown,
  file: string,
  position: (path: Path) => Position | undefined = () => undefined,
): LoadedConfiguration {
  const findings = new Findings();
  checkSecrets(input, findings);
  const configuration = readShape(withPreset(input), findings);
  checkConfiguration(configuration, findings);
  const problems = findings.problems(position);
  if (problems.length > 0) throw new ConfigurationError(file, problems);
  // Nothing was found by readShape, so nothing is missing.
  return { configuration: configuration as Configuration, warnings: findings.warnings(position) };
}
