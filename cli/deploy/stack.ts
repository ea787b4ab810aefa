import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../lib/package-root";
import type { StackJson } from "../../lib/terraform/stack-json";
import { Terraform } from "../../lib/terraform/terraform";
import { Failure } from "../../lib/terminal/failure";
import { print } from "../dialogue";
import { type Context, runQuietly } from "./context";

/**
 * The folder in which Terraform runs for a stack: cdktf.out/NAME/STACK. Each configuration has its own: another one that is
 * synthesised meanwhile changes nothing, and Terraform never asks whether to move a state from one to the other. As deep
 * as cdktf.out/stacks/STACK, because the path of a local state is relative.
 */
export const stackFolder = (name: string, stack: string): string => join(packageRoot, "cdktf.out", name, stack);

/** Writes a stack into its folder. @returns the path of its cdk.tf.json */
export function writeStack({ configuration }: Context, stack: string, json: StackJson): string {
  const folder = stackFolder(configuration.name, stack);
  mkdirSync(folder, { recursive: true });
  rmSync(join(folder, "plan"), { force: true });
  const file = join(folder, "cdk.tf.json");
  writeFileSync(file, JSON.stringify(json, null, 2));
  return file;
}

/**
 * Initialises Terraform for a stack that was written.
 * @throws Failure if `terraform init` fails
 */
export async function initialise(context: Context, stack: string): Promise<Terraform> {
  const terraform = new Terraform({ folder: stackFolder(context.configuration.name, stack) });
  print(`${stack}: initialising Terraform`);
  // -reconfigure: the folder is used for this state only, and nothing is to be moved.
  const result = await runQuietly(context, terraform, ["init", "-no-color", "-reconfigure"]);
  context.interruption.check();
  if (result.status !== 0)
    throw new Failure(`Terraform can't be initialised for stack ${stack}.`, result.output.trim());
  return terraform;
}
