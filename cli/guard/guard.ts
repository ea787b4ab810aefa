import { readFileSync } from "node:fs";
import { Failure } from "../../lib/terminal/failure";
import { guard } from "../../lib/terraform/plan-guard";

const goOn =
  'docs/deploy.md ("Removing a baker") and docs/ci.md ("By hand") say how it is done on purpose, and what can be kept.';

/** @throws Failure if one of the plans may not be applied */
export function guardPlans(files: string[]): void {
  const refused = files.flatMap((file) => withFile(file, guard).map((sentence) => `${file}: ${sentence}`));
  if (refused.length > 0) {
    throw new Failure(
      "The guard refuses what would delete or replace what can't be made again.",
      `${refused.join("\n")}\n${goOn}`,
    );
  }
  process.stdout.write(
    `${files.length === 1 ? "The plan keeps" : `All ${files.length} plans keep`} what can't be made again.\n`,
  );
}

function withFile<Result>(file: string, read: (plan: unknown) => Result): Result {
  let plan: unknown;
  try {
    plan = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new Failure(`${file} can't be read as JSON: ${(error as Error).message}`);
  }
  try {
    return read(plan);
  } catch (error) {
    throw new Failure(`${file}: ${(error as Error).message}`);
  }
}
