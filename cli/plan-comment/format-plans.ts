import { forbiddenChanges, resourceChanges, type ResourceChange } from "../../lib/terraform/plan";

/** The result of planning one stack, which ci/plan-stack.sh writes to `<folder>/<stack>/`. */
export interface StackPlan {
  readonly stack: string;
  /**
   * - none: nothing would change
   * - changes: there is a plan to apply
   * - waiting: the plan needs outputs that another stack has only after its changes are applied
   * - failed: Terraform could not plan; `text` is its output
   */
  readonly status: "none" | "changes" | "waiting" | "failed";
  /** Terraform's output, for people. */
  readonly text: string;
  /** Parsed output of `terraform show -json`. @default - there is no plan: the status is waiting or failed */
  readonly plan?: unknown;
}

/** Marks the comment, so that the next run finds it and updates it. */
export const planCommentMarker = "<!-- terraform-plan -->";

/**
 * GitHub refuses comments of more than 65,536 characters; the rest is for the text around the plans.
 * https://github.com/telia-oss/github-pr-resource/issues/259
 */
const maxCharacters = 60_000;

/**
 * The comment on a pull request that shows what merging it would change, in Markdown.
 * @param runUrl the full run @default - no link
 */
export function formatPlans(plans: readonly StackPlan[], runUrl?: string): string {
  const share = Math.floor(maxCharacters / Math.max(plans.length, 1));
  return [
    planCommentMarker,
    "## What merging this would change in the deployment",
    "",
    "| stack | add | change | replace | delete | |",
    "| --- | ---: | ---: | ---: | ---: | --- |",
    ...plans.map(tableRow),
    ...plans.flatMap(warnings),
    ...plans.flatMap((plan) => details(plan, share)),
    ...(runUrl === undefined ? [] : ["", `[Full run](${runUrl})`]),
    "",
  ].join("\n");
}

function tableRow(plan: StackPlan): string {
  const remarks: Record<StackPlan["status"], string> = {
    none: "no changes",
    changes: "",
    waiting: "can't be planned until the changes of platform are applied",
    failed: "**planning failed**",
  };
  const counts = plan.plan === undefined ? ["", "", "", ""] : count(resourceChanges(plan.plan)).map(String);
  return `| ${[plan.stack, ...counts, remarks[plan.status]].join(" | ")} |`;
}

/** How many resources are created, updated, replaced and deleted. */
function count(changes: readonly ResourceChange[]): number[] {
  const kinds = changes.map(({ change: { actions } }) => (actions.length > 1 ? "replace" : actions[0]));
  return ["create", "update", "replace", "delete"].map((kind) => kinds.filter((other) => other === kind).length);
}

/** What a reviewer must not overlook: the changes that the guard refuses, and everything that is deleted. */
function warnings({ stack, plan }: StackPlan): string[] {
  if (plan === undefined) return [];
  const refused = forbiddenChanges(plan);
  const deleted = resourceChanges(plan).filter(({ change }) => change.actions.includes("delete"));
  return [
    ...(refused.length === 0 ? [] : ["", "> [!CAUTION]", `> The plan of ${stack} must not be applied:`]),
    ...refused.map((sentence) => `> - ${sentence}`),
    ...(deleted.length === 0 ? [] : ["", `Deleted or replaced in ${stack}:`, ""]),
    ...deleted.map(({ address, change }) => `- \`${address}\` (${change.actions.join(", then ")})`),
  ];
}

function details({ stack, status, text }: StackPlan, maxCharacters: number): string[] {
  if (status === "none") return [];
  const shown =
    text.length <= maxCharacters ? text : `${text.slice(0, maxCharacters)}\n… truncated; the run has the rest.`;
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

/** A code fence longer than any in the text, so that no text in a plan can end the block and be read as Markdown. */
function fenceFor(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  return "`".repeat(longest + 1);
}
