import type { Command } from "commander";
import type { PlanCommentOptions } from "./plan-comment";

/** Adds `farm plan-comment`. */
export function addPlanComment(program: Command): void {
  program
    .command("plan-comment")
    .summary("format the plans of all stacks as one Markdown comment")
    .description("Prints a comment for a pull request, in Markdown: what merging it would change in the deployment.")
    .argument("<folder>", "output of ci/plan-stack.sh: a folder for each stack")
    .option("--stack <stack>", "only this stack")
    .option("--summary", "for the summary of a run that plans main, which may be longer than a comment")
    .option("--without-values", "only which resources change: for a public repository")
    .option("--configuration <file>", "adds how this configuration changes the monthly cost")
    .option("--base-configuration <file>", "what --configuration is compared with (default: nothing exists yet)")
    .option("--run-url <url>", "adds a link to the full run")
    .action(async (folder: string, options: PlanCommentOptions) =>
      (await import("./plan-comment")).planComment(folder, options),
    );
}
