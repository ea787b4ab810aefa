import { pathText, type Path, type Problem } from "./problems";
import type { Position } from "./yaml-file";
import { withoutSecrets } from "./values";

interface Finding {
  readonly path: Path;
  readonly message: string;
}

/** Collects the problems and warnings of all checks, so that they are reported together. */
export class Findings {
  private readonly found: { problems: Finding[]; warnings: Finding[] } = { problems: [], warnings: [] };
  /** Paths of the fields whose only problem has been added. */
  private readonly silenced = new Set<string>();

  /** Adds a problem: the configuration can't be used. */
  problem(path: Path, message: string): void {
    if (this.silenced.has(pathText(path))) return;
    this.found.problems.push({ path, message });
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

  /** All problems, in the order of the file. */
  problems(position: (path: Path) => Position | undefined): Problem[] {
    return inOrder(this.found.problems, position);
  }

  /** All warnings, in the order of the file. */
  warnings(position: (path: Path) => Position | undefined): Problem[] {
    return inOrder(this.found.warnings, position);
  }
}

function inOrder(findings: readonly Finding[], position: (path: Path) => Position | undefined): Problem[] {
  return findings
    .map(({ path, message }) => ({
      path: withoutSecrets(pathText(path)),
      message: withoutSecrets(message),
      ...position(path),
    }))
    .sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
}
