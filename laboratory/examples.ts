import { join } from "node:path";
import { parseConfiguration } from "../lib/config/load";
import type { Configuration, ConfigurationInput } from "../lib/config/schema/configuration";
import { readYamlFile } from "../lib/config/reading/yaml-file";
import { packageRoot } from "../lib/package-root";

/** The example configurations, by path in the repository. */
export const exampleFiles = ["config/shadownet.yaml", "config/hodl-farm.yaml", "config/every-option.yaml"];

/** The content of an example file, without defaults. @param file @default "config/hodl-farm.yaml" */
export function exampleInput(file = "config/hodl-farm.yaml"): ConfigurationInput {
  return readYamlFile(join(packageRoot, file)).value as ConfigurationInput;
}

/**
 * The checked and completed configuration of an example file.
 * @param change modifies the content of the file before it is checked @default - no change
 * @param file @default "config/hodl-farm.yaml"
 * @throws ConfigurationError if the changed configuration is invalid
 */
export function exampleConfiguration(
  change?: (input: ConfigurationInput) => void,
  file = "config/hodl-farm.yaml",
): Configuration {
  const input = exampleInput(file);
  change?.(input);
  return parseConfiguration(input, file).configuration;
}
