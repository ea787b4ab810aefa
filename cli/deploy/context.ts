import type { Terraform, TerraformResult } from "../../lib/terraform/terraform";
import type { Configuration } from "../../lib/config/schema/configuration";
import type { Answers } from "../dialogue";
import type { Interruption } from "../interruption";

/** What every step of a deployment needs. */
export interface Context {
  readonly configuration: Configuration;
  readonly answers: Answers;
  readonly interruption: Interruption;
  /** Prints whole plans. */
  readonly verbose: boolean;
  /** The command that goes on after an interruption. */
  readonly again: string;
  /** What has been changed so far: decides between the exit codes 1 and 3. */
  readonly progress: { changed: boolean };
}

/** A plan to make, to show, and to apply. */
export interface PlanStep {
  readonly terraform: Terraform;
  /** For people: "platform". */
  readonly title: string;
  /** Sentences that say why the plan must not be applied. */
  readonly refusals: (plan: unknown) => string[];
  /** What can be done about the refusals. */
  readonly remedy: string;
  /** Parameters of the plan, such as -target. @default - none */
  readonly parameters?: readonly string[];
  /** What is typed to apply it. @default "yes" */
  readonly word?: string;
}

/** Runs a command of which only the result is shown. */
export async function runQuietly(
  context: Context,
  terraform: Terraform,
  parameters: readonly string[],
): Promise<TerraformResult> {
  context.interruption.check();
  const run = terraform.start(parameters);
  return context.interruption.follow(run, { unfinished: () => [], again: context.again });
}
