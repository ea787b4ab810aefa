import { readFileSync } from "node:fs";
import { Failure } from "../../lib/terminal/failure";
import { forbiddenChanges } from "../../lib/terraform/plan";

const whatToDo =
  'To delete on purpose, see "Removing a baker" in docs/deploy.md and "Without the pipeline" in docs/ci.md.';

/**
 * Checks that no plan deletes or replaces a protected resource, or changes one in a way that would be refused.
 * @param files plans as `terraform show -json` prints them
 * @throws Failure if one of them does, or can't be read
 */
export function guard(files: string[]): void {
  const refused = files.flatMap((file) => changesRefusedIn(file).map((sentence) => `${file}: ${sentence}`));
  if (refused.length > 0) {
    const message =
      "A plan would delete or replace what can't be recreated, or change what can't be changed, so it must not be applied.";
    throw new Failure(message, `${refused.join("\n")}\n${whatToDo}`);
  }
  process.stdout.write(
    `${files.length === 1 ? "The plan deletes" : `The ${files.length} plans delete`} nothing that can't be recreated.\n`,
  );
}

function changesRefusedIn(file: string): string[] {
  let plan: unknown;
  try {
    plan = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new Failure(`${file} can't be read as JSON: ${(error as Error).message}`);
  }
  try {
    return forbiddenChanges(plan);
  } catch (error) {
    throw new Failure(`${file}: ${(error as Error).message}`);
  }
}
