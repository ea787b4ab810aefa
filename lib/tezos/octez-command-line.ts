import { type OctezCommand, type OctezProgram, type OctezProgramName, octezPrograms } from "./octez-options";

type Programs = typeof octezPrograms;
type Words<Name extends OctezProgramName> = keyof Programs[Name]["commands"] & string;
type OptionsOf<
  Name extends OctezProgramName,
  Command extends Words<Name>,
> = Programs[Name]["commands"][Command] extends {
  readonly options: infer Options;
}
  ? Options
  : never;

/** Values by option. `undefined` and `false` leave an option out. */
type Values<Options> = { readonly [Name in keyof Options]?: Value<Options[Name]> | undefined };
type Value<Option> = Option extends { readonly takesValue: false }
  ? boolean
  : Option extends { readonly repeatable: true }
    ? readonly string[]
    : string;

/** Options that come before the words of a command. */
export type GlobalOptions<Name extends OctezProgramName> = Values<Programs[Name]["globals"]>;

export interface CommandLineProps<Name extends OctezProgramName, Command extends Words<Name>> {
  /** Options before the command's words. @default - none */
  readonly globals?: GlobalOptions<Name>;
  /** What follows the words. @default - nothing */
  readonly parameters?: readonly string[];
  /** Options after the parameters, in this order. @default - none */
  readonly options?: Values<OptionsOf<Name, Command>>;
}

/**
 * A command line of an Octez program. Options that the program doesn't have are compile errors.
 * @throws if Octez would refuse it for another reason, such as a missing parameter
 */
export function octezCommandLine<Name extends OctezProgramName, Command extends Words<Name>>(
  program: Name,
  command: Command,
  { globals, parameters = [], options }: CommandLineProps<Name, Command>,
): string[] {
  const argv = [program, ...written(globals), ...command.split(" "), ...parameters, ...written(options)];
  const problems = checkCommand(argv);
  if (problems.length > 0) throw new Error(`Octez would refuse "${argv.join(" ")}": ${problems.join("; ")}`);
  return argv;
}

function written(values: Readonly<Record<string, boolean | string | readonly string[] | undefined>> = {}): string[] {
  return Object.entries(values).flatMap(([option, value]) => {
    if (value === undefined || value === false) return [];
    if (value === true) return [option];
    return [value].flat().flatMap((each) => [option, each]);
  });
}

/** All reasons why Octez would refuse a command line. The program's name may include its folder. */
export function checkCommand(argv: readonly string[]): string[] {
  const name = (argv[0] ?? "").replace(/.*\//, "");
  const program = (octezPrograms as Readonly<Record<string, OctezProgram>>)[name];
  if (!program) return [`${name} is not a known Octez program`];

  const { words, command, rest, problems } = findCommand(name, program, argv.slice(1));
  if (!command) return problems;
  const title = `${name} ${words}`;
  const parsed = parseOptions(title, command.options, program.globals, rest);
  return [
    ...problems,
    ...parsed.problems,
    ...missingParameters(title, command, parsed.parameters),
    ...command.oneOf
      .filter((group) => group.filter((option) => parsed.given.has(option)).length !== 1)
      .map((group) => `${title}: needs exactly one of ${group.join(", ")}`),
  ];
}

/** Reads the global options and the words after them. */
function findCommand(name: string, program: OctezProgram, args: readonly string[]) {
  let index = 0;
  const problems: string[] = [];
  const given = new Set<string>();
  for (; args[index]?.startsWith("-"); index++) {
    const [option, inline] = split(args[index] ?? "");
    const known = program.globals[option];
    if (!known) problems.push(`${name}: ${option} is not a global option`);
    else if (given.has(option)) problems.push(`${name}: ${option} is given twice`);
    given.add(option);
    if (known?.takesValue && inline === undefined) index++;
  }
  const rest = args.slice(index);
  const words = Object.keys(program.commands)
    .sort((a, b) => b.length - a.length)
    .find((candidate) => `${rest.join(" ")} `.startsWith(`${candidate} `));
  if (words === undefined) {
    problems.push(`${name}: has no command ${rest.slice(0, 4).join(" ") || "(none given)"}`);
    return { words: "", command: undefined, rest, problems };
  }
  return { words, command: program.commands[words], rest: rest.slice(words.split(" ").length), problems };
}

function parseOptions(
  title: string,
  accepted: OctezCommand["options"],
  globals: OctezCommand["options"],
  args: readonly string[],
) {
  const problems: string[] = [];
  const parameters: string[] = [];
  const given = new Set<string>();
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? "";
    if (!arg.startsWith("-")) {
      parameters.push(arg);
      continue;
    }
    const [option, inline] = split(arg);
    const known = accepted[option];
    if (!known) {
      problems.push(`${title}: ${option} ${option in globals ? "must come before the command" : "is unknown"}`);
      // What follows an unknown option may be its value or a parameter; it is skipped, as one message is enough.
      if (inline === undefined && args[index + 1]?.startsWith("-") === false) index++;
      continue;
    }
    if (given.has(option) && !known.repeatable) problems.push(`${title}: ${option} is given twice`);
    given.add(option);
    if (!known.takesValue && inline !== undefined) problems.push(`${title}: ${option} takes no value`);
    if (known.takesValue && inline === undefined) {
      index++;
      if (args[index] === undefined || args[index]?.startsWith("--"))
        problems.push(`${title}: ${option} needs a value`);
    }
  }
  return { problems, parameters, given };
}

function missingParameters(title: string, command: OctezCommand, parameters: readonly string[]): string[] {
  const wanted = command.parameters.filter((name) => !name.endsWith("…"));
  if (parameters.length < wanted.length) return [`${title}: ${wanted.slice(parameters.length).join(", ")} is missing`];
  if (parameters.length > wanted.length && wanted.length === command.parameters.length) {
    return [`${title}: unexpected ${parameters.slice(wanted.length).join(", ")}`];
  }
  return [];
}

function split(arg: string): [string, string | undefined] {
  const equals = arg.indexOf("=");
  return arg.startsWith("--") && equals > 0 ? [arg.slice(0, equals), arg.slice(equals + 1)] : [arg, undefined];
}
