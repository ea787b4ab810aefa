import { checkConfiguration, checkWritten } from "./checks/checks";
import { checkCharacters } from "./checks/characters";
import { checkSecrets } from "./checks/secrets";
import { complete } from "./complete";
import { Findings } from "./reading/findings";
import { ConfigurationError, type Fix, type Path, type Problem } from "./reading/problems";
import type { Configuration } from "./schema/configuration";
import { readShape } from "./reading/shape";
import { noOrigin, parseValue, readYamlFile, type Origin } from "./reading/yaml-file";

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
  const { value, ...origin } = readYamlFile(file);
  return parseConfiguration(value, file, origin);
}

/**
 * Parses, completes and checks the content of `file`.
 * @param origin where its fields come from @default - problems have no positions
 * @throws ConfigurationError with all problems
 */
export function parseConfiguration(input: unknown, file: string, origin: Origin = noOrigin): LoadedConfiguration {
  const { configuration, findings } = check(input, origin);
  const problems = findings.problems(origin.position, (path, fix) => refusalOf(input, path, fix));
  if (problems.length > 0) throw new ConfigurationError(file, problems);
  // Without a problem nothing is unreadable or missing.
  return { configuration: configuration as Configuration, warnings: findings.warnings(origin.position) };
}

function check(input: unknown, { source }: Pick<Origin, "source">) {
  const findings = new Findings();
  checkSecrets(input, findings);
  checkCharacters(input, findings);
  const written = readShape(input, source, findings);
  checkWritten(written, findings);
  const configuration = complete(written);
  checkConfiguration(configuration, findings);
  return { configuration, findings };
}

/** Tries a fix: nobody should be told to write what would be refused next. */
function refusalOf(input: unknown, path: Path, fix: Fix): string | undefined {
  const parent = path.slice(0, -1);
  const last = path.at(-1);
  const changed = changedAt(input, parent, (group) => {
    if (Array.isArray(group)) return group.map((item, index) => (index === last ? valueOf(fix, item) : item));
    const fields = Object.entries(group as Record<string, unknown>);
    if ("name" in fix && fields.some(([name]) => name === fix.name)) return undefined;
    return Object.fromEntries(
      fields.map(([name, value]) =>
        name !== last ? [name, value] : ["name" in fix ? fix.name : name, valueOf(fix, value)],
      ),
    );
  });
  if (changed === undefined) return "is there already";
  // A known name is right, whatever the value is.
  return "name" in fix ? undefined : check(changed, noOrigin).findings.refusal(path);
}

const valueOf = (fix: Fix, value: unknown): unknown => ("value" in fix ? parseValue(fix.value) : value);

/** A copy of the input with a change of the group or list at a path; undefined if there is none, or `change` returns it. */
function changedAt(input: unknown, path: Path, change: (group: object) => unknown): unknown {
  if (typeof input !== "object" || input === null) return undefined;
  const [step, ...rest] = path;
  if (step === undefined) return change(input);
  const inner = changedAt((input as Record<string | number, unknown>)[step], rest, change);
  if (inner === undefined) return undefined;
  return Array.isArray(input)
    ? input.map((item: unknown, index) => (index === step ? inner : item))
    : { ...input, [step]: inner };
}
