import { existsSync, readFileSync } from "node:fs";
import { Failure } from "./failure";
import { guard } from "./guard";
import { planComment, readStackPlans } from "./plan-comment";

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

/** @throws Failure if a plan can't be understood */
export function commentPlans(folder: string, options: { stack?: string; runUrl?: string }): void {
  if (!existsSync(folder)) throw new Failure(`There is no folder ${folder}. ci/plan-stack.sh makes it.`);
  const plans = readStackPlans(folder);
  const shown = plans.filter(({ stack }) => options.stack === undefined || stack === options.stack);
  if (shown.length === 0) {
    throw new Failure(
      `There is no stack ${options.stack}. There are ${plans.map(({ stack }) => stack).join(" and ")}.`,
    );
  }
  process.stdout.write(planComment(shown, options.runUrl));
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
