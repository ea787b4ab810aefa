/** Where a field stands in the configuration: ["bakers", 0, "keys", "delegate"]. */
export type Path = readonly (string | number)[];

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
  override readonly name = "ConfigurationError";

  constructor(
    readonly file: string,
    readonly problems: readonly Problem[],
  ) {
    super(`${file}: ${problems.length} problem${problems.length === 1 ? "" : "s"}`);
  }
}

/** bakers[0].keys.delegate, as a person would write it; what is no plain name stands in quotes. */
export function pathText(path: Path): string {
  return path
    .map((step) =>
      typeof step === "number" ? `[${step}]` : /^[\w-]+$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`,
    )
    .join("")
    .replace(/^\./, "");
}

const columns = 100;
const indent = "    ";

/**
 * All problems, or all warnings, of a file as a terminal shows them: where in the file and in which field, then what.
 * The place is written so that terminals and editors make a link of it.
 */
export function formatProblems({ file, problems }: Pick<ConfigurationError, "file" | "problems">): string {
  let lastHeading: string | undefined;
  return problems
    .flatMap(({ path, message, line, column }) => {
      const heading = [[file, line, column].filter((part) => part !== undefined).join(":"), path]
        .filter(Boolean)
        .join(" ");
      const lines = heading === lastHeading ? [wrapped(message)] : [heading, wrapped(message)];
      lastHeading = heading;
      return lines;
    })
    .join("\n");
}

/** Breaks a message between words, so that no line is longer than the terminal is wide; a longer word stays whole. */
function wrapped(message: string): string {
  const lines: string[] = [];
  for (const word of message.split(" ")) {
    const line = lines.at(-1);
    if (line !== undefined && indent.length + line.length + 1 + word.length <= columns)
      lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines.map((line) => indent + line).join("\n");
}
