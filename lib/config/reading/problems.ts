import { wrap } from "../../terminal/wrap";
import { shownName } from "./characters";

/** The path of a field in the configuration, such as ["bakers", 0, "keys", "delegate"]. */
export type Path = readonly (string | number)[];

/** A change of the file that mends a problem, as YAML: another value of the field, or another name for it. */
export type Fix = { readonly value: string } | { readonly name: string };

/** A problem with a configuration, or a warning about it. */
export interface Problem {
  /** Path of the field, such as bakers[0].keys.delegate.publicKeyHash; empty for the whole file. */
  readonly path: string;
  /** What is wrong, with the value as it was written, and how to fix it. */
  readonly message: string;
  /** The change that the message suggests. It has been tried. @default - the message suggests no single change */
  readonly fix?: Fix;
  readonly line?: number;
  readonly column?: number;
}

/** The configuration can't be used, and nothing has been written. It has all problems, not only the first. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";

  constructor(
    readonly file: string,
    readonly problems: readonly Problem[],
  ) {
    super(`${file}: ${problems.length} problem${problems.length === 1 ? "" : "s"}`);
  }
}

/** A path in the usual notation, such as bakers[0].keys.delegate; a name with special characters is in quotes. */
export function pathText(path: Path): string {
  return path
    .map((step) =>
      typeof step === "number" ? `[${step}]` : /^[\w-]+$/.test(step) ? `.${step}` : `[${shownName(step)}]`,
    )
    .join("")
    .replace(/^\./, "");
}

/** The most problems that are shown at once: more than anybody corrects before the next try. */
export const mostShown = 40;

/**
 * Formats the problems or warnings of a file for a terminal: a heading with the position and the field, then the message.
 * Terminals and editors turn a position in this form (file:line:column) into a link. Of a great many, only the first are
 * shown, and the number of the others.
 */
export function formatProblems({ file, problems }: Pick<ConfigurationError, "file" | "problems">): string {
  let lastHeading: string | undefined;
  const lines = problems.slice(0, mostShown).flatMap(({ path, message, line, column }) => {
    const heading = [[file, line, column].filter((part) => part !== undefined).join(":"), path]
      .filter(Boolean)
      .join(" ");
    const own = [...(heading === lastHeading ? [] : [heading]), ...wrap(message, "    ")];
    lastHeading = heading;
    return own;
  });
  const others = problems.length - mostShown;
  if (others > 0) lines.push(`… and ${others} more. They are shown when these are fixed.`);
  return lines.join("\n");
}
