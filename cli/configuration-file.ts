import { existsSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { defaultConfigurationFile } from "../lib/config/load";
import { packageRoot } from "../lib/package-root";

/** What each verb's help says of the argument. */
export const configurationHelp = "the YAML file; otherwise BAKER_CONFIG, otherwise config/shadownet.yaml";

export interface ConfigurationFile {
  /** As seen from where the user stands. */
  readonly path: string;
  /** Why this one, for people. */
  readonly reason: string;
}

/**
 * npm runs its scripts in the package's folder. Go back to where the user stands: the paths that they give are meant
 * from there.
 */
export function standWhereTheUserStands(): void {
  const { INIT_CWD, npm_lifecycle_event: script } = process.env;
  if (script !== undefined && INIT_CWD !== undefined && process.cwd() === packageRoot && existsSync(INIT_CWD)) {
    process.chdir(INIT_CWD);
  }
}

/** The configuration file that every verb uses: the argument, else BAKER_CONFIG, else the default. */
export function configurationFile(argument: string | undefined): ConfigurationFile {
  const given = process.env["BAKER_CONFIG"] || undefined;
  if (argument !== undefined) {
    const passedOver =
      given !== undefined && resolve(given) !== resolve(argument) ? ` (not BAKER_CONFIG=${given})` : "";
    return { path: shownPath(argument), reason: `the argument${passedOver}` };
  }
  if (given !== undefined) return { path: shownPath(given), reason: "BAKER_CONFIG" };
  return { path: shownPath(join(packageRoot, defaultConfigurationFile)), reason: "the default" };
}

/** A path as short as it can be written from where the user stands. */
export function shownPath(path: string): string {
  const fromHere = relative(process.cwd(), path) || ".";
  return fromHere.length < resolve(path).length ? fromHere : resolve(path);
}
