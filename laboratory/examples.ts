import { join } from "node:path";
import { parseConfiguration } from "../lib/config/load";
import type { Configuration, ConfigurationInput } from "../lib/config/schema/configuration";
import { readYamlFile } from "../lib/config/reading/yaml-file";
import { packageRoot } from "../lib/package-root";

export const exampleFiles = ["config/shadownet.yaml", "config/hodl-farm.yaml", "config/every-option.yaml"];

/** What a user writes in an example file, as plain values. */
export function exampleInput(file = "config/hodl-farm.yaml"): ConfigurationInput {
  return readYamlFile(join(packageRoot, file)).value as ConfigurationInput;
}

/**
 * The checked configuration of an example file.
 * @param change what a test wants otherwise; gets the input as the file says it, without preset and defaults
 */
export function exampleConfiguration(
  change?: (input: ConfigurationInput) => void,
  file = "config/hodl-farm.yaml",
): Configuration {
  const input = exampleInput(file);
  change?.(input);
  return parseConfiguration(input, file).configuration;
}
