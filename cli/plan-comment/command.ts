import type { Command } from "commander";

/** Adds `farm plan-comment`. */
export function addPlanComment(program: Command): void {
  program
    .command("plan-comment")
    .summary("format the plans of all stacks as one Markdown comment")
    .description("Prints a comment for a pull request, in Markdown: what merging it would change in the deployment.")
    .argument("<folder>", "output of ci/plan-stack.sh: a folder for each stack")
    .option("--stack <stack>", "only this stack")
    .option("--run-url <url>", "adds a link to the full run")
    .action(async (folder: string, options: { stack?: string; runUrl?: string }) =>
      (await import("./plan-comment")).planComment(folder, options),
    );
}
