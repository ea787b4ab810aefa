import {
  type OctezCommand,
  type OctezProgram,
  type OctezProgramName,
  octezPrograms,
} from "../../lib/tezos/octez-options";

/**
 * The options of an Octez program, for its stand-in: a line has the command's words, an option, and "value" or "flag".
 */
export function optionsTable(program: OctezProgramName): string {
  const { globals, commands }: OctezProgram = octezPrograms[program];
  const all: [words: string, options: OctezCommand["options"]][] = [
    ["", globals],
    ...Object.entries(commands).map(([words, { options }]): [string, OctezCommand["options"]] => [words, options]),
  ];
  return all
    .flatMap(([words, options]) =>
      Object.entries(options).map(([name, { takesValue }]) => `${words}\t${name}\t${takesValue ? "value" : "flag"}\n`),
    )
    .join("");
}
