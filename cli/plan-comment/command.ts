import type { Command } from "commander";

/** Adds `farm plan-comment`. */
export function addPlanComment(program: Command): void {
  program
    .command("plan-comment")
    .summary("show the plans of all stacks as one Markdown comment")
    .description("Writes the comment of a pull request about what its merge would change, in Markdown.")
    .argument("<folder>", "what ci/plan-stack.sh left, one folder a stack")
    .option("--stack <stack>", "this stack only")
    .option("--run-url <url>", "a link to the whole run")
    .action(async (folder: string, options: { stack?: string; runUrl?: string }) =>
      (await import("./plan-comment")).commentPlans(folder, options),
    );
}
