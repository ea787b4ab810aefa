import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { guard, resourceChanges, type ResourceChange } from "../../lib/terraform/plan-guard";
import { Failure } from "../../lib/terminal/failure";

/** What planning one stack came to, as ci/plan-stack.sh leaves it in `<folder>/<stack>/`. */
export interface StackPlan {
  readonly stack: string;
  /**
   * - none: nothing would change
   * - changes: there is a plan to apply
   * - waiting: it needs outputs that another stack has once that one's changes are applied
   * - failed: Terraform could not plan; `text` has its words
   */
  readonly status: "none" | "changes" | "waiting" | "failed";
  /** Terraform's own words, for people. */
  readonly text: string;
  /** `terraform show -json` of the plan, parsed; only with none and changes. */
  readonly plan?: unknown;
}

/** Marks the comment, so that the next run finds and updates it. */
export const planCommentMarker = "<!-- terraform-plan -->";

/** GitHub refuses comments of more than 65,536 characters; some are left for what is around the plans' texts. */
const mostCharacters = 60_000;

/** The stacks in the order in which they are applied. */
const stacks = ["platform", "baker"] as const;

/**
 * Reads what ci/plan-stack.sh left: `status`, `plan.txt` and, where there is a plan, `plan.json`. A stack that was never
 * planned counts as failed.
 * @param folder holds one folder a stack
 */
export function readStackPlans(folder: string): StackPlan[] {
  return stacks.map((stack) => {
    const read = (file: string) => {
      const path = join(folder, stack, file);
      return existsSync(path) ? readFileSync(path, "utf8") : undefined;
    };
    const status = read("status")?.trim();
    const json = read("plan.json");
    const known = status === "none" || status === "changes" || status === "waiting";
    return {
      stack,
      status: known ? status : "failed",
      text: read("plan.txt") ?? "It was not planned: an earlier step failed.",
      ...(json !== undefined && { plan: JSON.parse(json) as unknown }),
    };
  });
}

/**
 * The one comment of a pull request about what its merge would change, in Markdown.
 * @param runUrl where the whole run can be read @default - no link
 */
export function planComment(plans: readonly StackPlan[], runUrl?: string): string {
  const share = Math.floor(mostCharacters / Math.max(plans.length, 1));
  return [
    planCommentMarker,
    "## What this change does to the deployment",
    "",
    "| stack | add | change | replace | delete | |",
    "| --- | ---: | ---: | ---: | ---: | --- |",
    ...plans.map(tableRow),
    ...plans.flatMap(warnings),
    ...plans.flatMap((plan) => details(plan, share)),
    ...(runUrl === undefined ? [] : ["", `[The whole run](${runUrl})`]),
    "",
  ].join("\n");
}

function tableRow(plan: StackPlan): string {
  const remarks: Record<StackPlan["status"], string> = {
    none: "no changes",
    changes: "",
    waiting: "cannot be planned before platform's changes are applied",
    failed: "**could not be planned**",
  };
  const counts = plan.plan === undefined ? ["", "", "", ""] : count(resourceChanges(plan.plan)).map(String);
  return `| ${[plan.stack, ...counts, remarks[plan.status]].join(" | ")} |`;
}

/** How many are added, changed, replaced, deleted. */
function count(changes: readonly ResourceChange[]): number[] {
  const kinds = changes.map(({ change: { actions } }) => (actions.length > 1 ? "replace" : actions[0]));
  return ["create", "update", "replace", "delete"].map((kind) => kinds.filter((other) => other === kind).length);
}

/** What a reader must not overlook: what the guard refuses, and whatever else goes away. */
function warnings({ stack, plan }: StackPlan): string[] {
  if (plan === undefined) return [];
  const refused = guard(plan);
  const gone = resourceChanges(plan).filter(({ change }) => change.actions.includes("delete"));
  return [
    ...(refused.length === 0 ? [] : ["", "> [!CAUTION]", `> The guard refuses this plan of ${stack}:`]),
    ...refused.map((sentence) => `> - ${sentence}`),
    ...(gone.length === 0 ? [] : ["", `Deleted or replaced in ${stack}:`, ""]),
    ...gone.map(({ address, change }) => `- \`${address}\` (${change.actions.join(", then ")})`),
  ];
}

function details({ stack, status, text }: StackPlan, mostLength: number): string[] {
  if (status === "none") return [];
  const shown = text.length <= mostLength ? text : `${text.slice(0, mostLength)}\n… cut here; the run has it all.`;
  const fence = fenceFor(shown);
  const open = status === "failed" ? " open" : "";
  return [
    "",
    `<details${open}><summary>${stack}</summary>`,
    "",
    `${fence}text`,
    shown.trimEnd(),
    fence,
    "",
    "</details>",
  ];
}

/** A fence longer than any in the text: nothing in a plan may end the block and speak as Markdown. */
function fenceFor(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  return "`".repeat(longest + 1);
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
