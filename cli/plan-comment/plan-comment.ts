import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../../lib/terminal/failure";
import { costChangeLines } from "./cost-change";
import { formatPlans, type StackPlan } from "./format-plans";

/** The options of `farm plan-comment`; see FormatOptions. */
export interface PlanCommentOptions {
  readonly stack?: string;
  readonly summary?: boolean;
  readonly withoutValues?: boolean;
  readonly configuration?: string;
  readonly baseConfiguration?: string;
  readonly runUrl?: string;
}

/**
 * Prints the comment for the plans in a folder.
 * @throws Failure if the folder or the stack does not exist
 */
export function planComment(folder: string, options: PlanCommentOptions): void {
  if (!existsSync(folder)) throw new Failure(`Folder ${folder} does not exist. Create it with ci/plan-stack.sh.`);
  const plans = readStackPlans(folder);
  const shown = plans.filter(({ stack }) => options.stack === undefined || stack === options.stack);
  if (shown.length === 0) {
    throw new Failure(
      `Stack ${options.stack} does not exist. The stacks are ${plans.map(({ stack }) => stack).join(" and ")}.`,
    );
  }
  const { configuration, baseConfiguration, summary, withoutValues, runUrl } = options;
  const costs = configuration === undefined ? [] : costChangeLines(configuration, baseConfiguration);
  process.stdout.write(formatPlans(shown, { place: summary ? "summary" : "comment", withoutValues, costs, runUrl }));
}

/** The stacks in the order in which they are applied. */
const stacks = ["platform", "baker"] as const;

/**
 * Reads the output of ci/plan-stack.sh and ci/plan-store.sh: `status`, `plan.txt` and, if there is a plan, `plan.json` and
 * `location`. A stack that was never
 * planned counts as failed.
 * @param folder has a folder for each stack
 */
export function readStackPlans(folder: string): StackPlan[] {
  return stacks.map((stack) => {
    const read = (file: string) => {
      const path = join(folder, stack, file);
      return existsSync(path) ? readFileSync(path, "utf8") : undefined;
    };
    const status = read("status")?.trim();
    const json = read("plan.json");
    const location = read("location")?.trim();
    const known = status === "none" || status === "changes" || status === "waiting";
    return {
      stack,
      status: known ? status : "failed",
      text: read("plan.txt") ?? "Not planned: an earlier step failed.",
      ...(location !== undefined && { location }),
      ...(json !== undefined && { plan: JSON.parse(json) as unknown }),
    };
  });
}
