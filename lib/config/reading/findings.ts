import { pathText, type Path, type Problem } from "./problems";
import type { Position } from "./yaml-file";
import { withoutSecrets } from "./values";

interface Finding {
  readonly path: Path;
  readonly message: string;
}

/** Gathers what the checks find, so that all of it is told at once. */
export class Findings {
  private readonly found: { problems: Finding[]; warnings: Finding[] } = { problems: [], warnings: [] };

  private readonly silent = new Set<string>();

  /** The configuration can't be used like this. */
  problem(path: Path, message: string): void {
    if (this.silent.has(pathText(path))) return;
    this.found.problems.push({ path, message });
  }

  /** A problem that replaces all others of its field, earlier and later ones: they would only hide it. */
  onlyProblem(path: Path, message: string): void {
    const text = pathText(path);
    if (this.silent.has(text)) return;
    this.found.problems = this.found.problems.filter((problem) => pathText(problem.path) !== text);
    this.problem(path, message);
    this.silent.add(text);
  }

  /** It can be used, but its owner should know this. */
  warning(path: Path, message: string): void {
    this.found.warnings.push({ path, message });
  }

  /** Whether a problem was found with this very field. */
  hasProblem(path: Path): boolean {
    return this.found.problems.some((finding) => pathText(finding.path) === pathText(path));
  }

  /** In the order of the file. */
  problems(position: (path: Path) => Position | undefined): Problem[] {
    return inOrder(this.found.problems, position);
  }

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
