import { wrap } from "../../terminal/wrap";

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
      const lines = [...(heading === lastHeading ? [] : [heading]), ...wrap(message, "    ")];
      lastHeading = heading;
      return lines;
    })
    .join("\n");
}
