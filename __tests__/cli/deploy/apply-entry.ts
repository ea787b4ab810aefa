import { Interruption } from "../../../cli/interruption";
import type { Context } from "../../../cli/deploy/context";
import { planAndApply } from "../../../cli/deploy/plan-and-apply";
import { endedAs } from "../../../cli/deploy/session";
import { forbiddenChanges, resourceChanges } from "../../../lib/terraform/plan";
import { Terraform } from "../../../lib/terraform/terraform";
import { Failure } from "../../../lib/terminal/failure";
import { exampleConfiguration } from "../../../laboratory/examples";

/** A refusal of what no provider is needed for. */
const deletions = (plan: unknown): string[] =>
  resourceChanges(plan).flatMap(({ address, change }) =>
    change.actions.includes("delete") ? [`${address} would be deleted.`] : [],
  );

/** Plans and applies a folder as `farm deploy` does with a stack: for stacks that need no provider. */
export async function run([folder = "", ...options]: string[]): Promise<number> {
  const interruption = new Interruption();
  const context: Context = {
    configuration: exampleConfiguration(),
    interruption,
    answers: { yes: options.includes("--yes"), signal: interruption.signal },
    verbose: options.includes("--verbose"),
    again: "npm run deploy",
    progress: { changed: false },
  };
  const step = {
    title: "test",
    terraform: new Terraform({ folder }),
    refusals: options.includes("--refuse-deletion") ? deletions : forbiddenChanges,
    remedy: "The remedy.",
  };
  try {
    await planAndApply(context, step);
    return 0;
  } catch (caught) {
    const error = endedAs(caught, context);
    if (!(error instanceof Failure)) throw error;
    process.stderr.write(`error: ${error.message}\n${error.details}\n`);
    return error.code;
  } finally {
    interruption.close();
  }
}
