import { mostShown, pathText, type Fix, type Path, type Problem } from "./problems";
import type { Origin } from "./yaml-file";
import { withoutSecrets } from "./values";

/** A fix, and the message that suggests it instead of the problem's own message. */
export interface Suggestion {
  readonly message: string;
  readonly fix: Fix;
  /** Whether the value with the fix has a better message than the problem's own, if it is refused as well. @default false */
  readonly orItsRefusal?: boolean;
}

interface Finding {
  readonly path: Path;
  readonly message: string;
  readonly suggestion?: Suggestion;
}

/** Tries a fix of the field at a path. @returns why it would be refused as well; undefined if it mends the problem */
export type Trial = (path: Path, fix: Fix) => string | undefined;

/** Collects the problems and warnings of all checks, so that they are reported together. */
export class Findings {
  private readonly found: { problems: Finding[]; warnings: Finding[] } = { problems: [], warnings: [] };
  /** Paths of the fields whose only problem has been added. */
  private readonly silenced = new Set<string>();

  /**
   * Adds a problem: the configuration can't be used.
   * @param suggestion is offered only if it is accepted @default - none: the message says what to do
   */
  problem(path: Path, message: string, suggestion?: Suggestion): void {
    if (this.silenced.has(pathText(path))) return;
    this.found.problems.push({ path, message, ...(suggestion && { suggestion }) });
  }

  /** Adds a problem that replaces all others of the field, earlier and later ones, since they would only obscure it. */
  onlyProblem(path: Path, message: string): void {
    const text = pathText(path);
    if (this.silenced.has(text)) return;
    this.found.problems = this.found.problems.filter((problem) => pathText(problem.path) !== text);
    this.problem(path, message);
    this.silenced.add(text);
  }

  /** Adds a warning: the configuration can be used, but its owner should know this. */
  warning(path: Path, message: string): void {
    this.found.warnings.push({ path, message });
  }

  /** The message of the first problem of a field, or of what is in it; undefined if it has none. */
  refusal(path: Path): string | undefined {
    return this.found.problems.find(({ path: own }) => path.every((step, index) => own[index] === step))?.message;
  }

  /** All problems, in the order of the file. Of those that are shown, the suggestions are tried. */
  problems(position: Origin["position"], refusalOf: Trial): Problem[] {
    return inOrder(this.found.problems, position).map(({ finding, ...place }, index) => {
      const { message, fix } =
        index < mostShown ? tried(finding, refusalOf) : { message: finding.message, fix: undefined };
      return { ...place, message: withoutSecrets(message), ...(fix && { fix }) };
    });
  }

  /** All warnings, in the order of the file. */
  warnings(position: Origin["position"]): Problem[] {
    return inOrder(this.found.warnings, position).map(({ finding, ...place }) => ({
      ...place,
      message: withoutSecrets(finding.message),
    }));
  }
}

function tried({ path, message, suggestion }: Finding, refusalOf: Trial): { message: string; fix?: Fix } {
  if (!suggestion) return { message };
  const refusal = refusalOf(path, suggestion.fix);
  if (refusal === undefined) return { message: suggestion.message, fix: suggestion.fix };
  return { message: suggestion.orItsRefusal === true ? refusal : message };
}

function inOrder(findings: readonly Finding[], position: Origin["position"]) {
  return findings
    .map((finding) => ({ finding, path: withoutSecrets(pathText(finding.path)), ...position(finding.path) }))
    .sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
}
