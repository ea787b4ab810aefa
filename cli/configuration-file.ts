import { existsSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { defaultConfigurationFile } from "../lib/config/load";
import { exitCode, Failure } from "../lib/terminal/failure";
import { packageRoot } from "../lib/package-root";

/** The help text of the argument that names a configuration file. */
export const configurationHelp = `YAML file (default: $BAKER_CONFIG if set, else ${defaultConfigurationFile})`;

/** The same for a command that never takes the example. */
export const chosenConfigurationHelp = "YAML file (default: $BAKER_CONFIG)";

export interface ConfigurationFile {
  /** Relative to the working directory where that is shorter. */
  readonly path: string;
  /** Where the choice comes from, for people: "the argument", "BAKER_CONFIG" or "the default". */
  readonly reason: string;
}

/**
 * npm runs scripts in the package's folder. This changes back to the folder where npm was called, to which the paths on
 * the command line are relative. https://docs.npmjs.com/cli/v10/commands/npm-run-script
 */
export function changeToCallersFolder(): void {
  const { INIT_CWD, npm_lifecycle_event: script } = process.env;
  if (script !== undefined && INIT_CWD !== undefined && process.cwd() === packageRoot && existsSync(INIT_CWD)) {
    process.chdir(INIT_CWD);
  }
}

/**
 * The configuration file for a command: its argument, else BAKER_CONFIG, else the default. cdktf's own commands have no
 * default: a forgotten variable would deploy the example.
 * @throws Failure if a command of cdktf has none
 */
export function configurationFile(argument: string | undefined): ConfigurationFile {
  const fromEnvironment = process.env["BAKER_CONFIG"] || undefined;
  if (argument !== undefined) {
    const overrides = fromEnvironment !== undefined && resolve(fromEnvironment) !== resolve(argument);
    const reason = overrides ? `the argument (overrides BAKER_CONFIG=${fromEnvironment})` : "the argument";
    return { path: shortestPath(argument), reason };
  }
  if (fromEnvironment !== undefined) return { path: shortestPath(fromEnvironment), reason: "BAKER_CONFIG" };
  if (process.env["CDKTF_OUTDIR"] !== undefined) {
    throw new Failure(
      "No configuration is chosen. cdktf's commands read the one that BAKER_CONFIG names: export BAKER_CONFIG=config/my-baker.yaml",
    );
  }
  return { path: shortestPath(join(packageRoot, defaultConfigurationFile)), reason: "the default" };
}

/** A path relative to the working directory, or the absolute path if that is shorter. */
export function shortestPath(path: string): string {
  const fromHere = relative(process.cwd(), path) || ".";
  return fromHere.length < resolve(path).length ? fromHere : resolve(path);
}

/** A path as it is typed in the package's folder, where npm and cdktf run: relative to it if it is inside. */
export function pathFromPackage(path: string): string {
  const fromPackage = relative(packageRoot, resolve(path));
  return fromPackage.startsWith("..") ? resolve(path) : fromPackage || ".";
}

/**
 * The configuration file for a command that asks about or changes what is deployed: never silently the example.
 * @throws Failure with exit code 2 if none is chosen
 */
export function chosenConfigurationFile(argument: string | undefined, command: string): ConfigurationFile {
  const file = configurationFile(argument);
  if (file.reason !== "the default") return file;
  throw new Failure(`Which configuration? npm run ${command} -- config/my-baker.yaml`, "", exitCode.usage);
}
