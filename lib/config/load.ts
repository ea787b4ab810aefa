import type { Configuration } from "./schema";

/** One thing that is wrong, or doubtful, in a configuration. */
export interface Problem {
  /** Path of the field, such as bakers[0].keys.delegate.publicKeyHash; empty for the file as a whole. */
  readonly path: string;
  /** What is wrong, with the value as it was given, and how to mend it. */
  readonly message: string;
  readonly line?: number;
  readonly column?: number;
}

/** The configuration can't be used; nothing has been written. Has all problems, not the first. */
export class ConfigurationError extends Error {
  constructor(
    readonly file: string,
    readonly problems: readonly Problem[],
  ) {
    super(`${file}: ${problems.length} problem${problems.length === 1 ? "" : "s"}`);
  }
}

export interface LoadedConfiguration {
  readonly configuration: Configuration;
  readonly warnings: readonly Problem[];
}

/** The file that is used when none is given. */
export const defaultConfigurationFile = "config/shadownet.yaml";

/** Reads, completes and checks a configuration file. @throws ConfigurationError with all problems at once */
export declare function loadConfiguration(file: string): LoadedConfiguration;
