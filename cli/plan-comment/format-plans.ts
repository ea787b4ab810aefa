import { forbiddenChanges, resourceChanges, type ResourceChange } from "../../lib/terraform/plan";
import { fittingLines, shorten } from "./fitting";

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
  /** Where ci/plan-store.sh has put the plan, as gs://BUCKET/OBJECT#GENERATION. @default - it was not stored */
  readonly location?: string;
}

export interface FormatOptions {
  /**
   * Where the text will be: a comment on a pull request, or the summary of a run that plans main.
   * @default "comment"
   */
  readonly place?: Place;
  /** Shows which resources change, but no values: for a public repository. @default false */
  readonly withoutValues?: boolean;
  /** How the monthly cost changes, in Markdown. @default - nothing about it */
  readonly costs?: readonly string[];
  /** The full run. @default - no link */
  readonly runUrl?: string;
}

type Place = "comment" | "summary";

/** Marks the comment, so that the next run finds it and updates it. */
export const planCommentMarker = "<!-- terraform-plan -->";

const headings: Record<Place, string> = {
  comment: "## What merging this would change in the deployment",
  summary: "## What applying this plan changes",
};

/**
 * GitHub refuses a comment of more than 65,536 characters, and a summary of more than 1 MiB: a UTF-16 unit takes at most
 * three bytes. https://github.com/telia-oss/github-pr-resource/issues/259
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#step-isolation-and-limits
 */
const maxCharacters: Record<Place, number> = { comment: 65_000, summary: 340_000 };

/**
 * What plans would change, in Markdown, within GitHub's limit however large they are. First comes what the guard refuses;
 * every list that is cut says how much is missing.
 */
export function formatPlans(plans: readonly StackPlan[], options: FormatOptions = {}): string {
  const { place = "comment", withoutValues = false, costs = [], runUrl } = options;
  const limit = maxCharacters[place];
  const ofEach = (share: number) => Math.floor((limit * share) / Math.max(plans.length, 1));

  const before = [planCommentMarker, headings[place], ...plans.flatMap((plan) => refusals(plan, ofEach(0.25)))];
  const table = ["", "| stack | add | change | replace | delete | |", "| --- | ---: | ---: | ---: | ---: | --- |"];
  const overview = [
    ...before,
    ...table,
    ...plans.map(tableRow),
    ...costs,
    ...plans.flatMap((plan) => deletions(plan, ofEach(0.25))),
  ];
  const after = [...(runUrl === undefined ? [] : ["", `[Full run](${runUrl})`]), ""];

  const room = limit - [...overview, ...after].join("\n").length - 1;
  const details = plans.flatMap((plan) => detailsOf(plan, Math.floor(room / plans.length), withoutValues));
  return [...overview, ...details, ...after].join("\n");
}

/** The changes that the guard refuses. */
function refusals({ stack, plan }: StackPlan, room: number): string[] {
  const refused = plan === undefined ? [] : forbiddenChanges(plan);
  if (refused.length === 0) return [];
  return [
    "",
    "> [!CAUTION]",
    `> The plan of ${stack} must not be applied. The guard refuses ${refused.length} of its changes, and its log lists them:`,
    ...fittingLines(refused, room - 200, "> - "),
  ];
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

/** Everything that is deleted, also what the guard allows. */
function deletions({ stack, plan }: StackPlan, room: number): string[] {
  const changes = plan === undefined ? [] : resourceChanges(plan);
  const deleted = changes.filter(({ change }) => change.actions.includes("delete"));
  if (deleted.length === 0) return [];
  const lines = deleted.map(({ address, change }) => `\`${address}\` (${change.actions.join(", then ")})`);
  return ["", `Deleted or replaced in ${stack}:`, "", ...fittingLines(lines, room - 100, "- ")];
}

/** Terraform's text, or without values only the addresses; and where the whole plan is. */
function detailsOf(plan: StackPlan, room: number, withoutValues: boolean): string[] {
  const { stack, status, location } = plan;
  if (status === "none") return [];
  const hidden = withoutValues && status === "changes";
  const whole = hidden ? changedAddresses(plan.plan) : plan.text.trimEnd();
  const text = whole.replace(/`{10,}/g, "`````````…");
  const command =
    location === undefined ? [] : ["", `All of it: \`gcloud storage cat "${location}" | tar -xzO ./plan.txt\``];
  const wrap = (shown: string) => {
    const fence = fenceFor(shown);
    const open = status === "failed" ? " open" : "";
    const title = hidden ? `${stack}, without values` : stack;
    const block = [`<details${open}><summary>${title}</summary>`, "", `${fence}text`, shown, fence];
    return ["", ...block, ...command, "", "</details>"];
  };
  // The fence has at most ten characters, so 20 for both.
  const roomForText = room - wrap("").join("\n").length - 20;
  return wrap(shorten(text, roomForText, `\n… cut here: the plan has ${text.length} characters.`));
}

function changedAddresses(plan: unknown): string {
  const symbols: Record<string, string> = { create: "  +", update: "  ~", delete: "  -" };
  return resourceChanges(plan)
    .map(
      ({ address, change: { actions } }) =>
        `${actions.length > 1 ? "-/+" : (symbols[actions[0]!] ?? "  ?")} ${address}`,
    )
    .join("\n");
}

/** A code fence longer than any in the text, so that no text in a plan can end the block and be read as Markdown. */
function fenceFor(text: string): string {
  const longest = (text.match(/`{3,}/g) ?? []).reduce((length, ticks) => Math.max(length, ticks.length), 2);
  return "`".repeat(longest + 1);
}
