import { type Diagnostic, textOf } from "../../lib/terraform/events";
import { importId, type ResourceValues } from "../../lib/terraform/import-ids";
import { type Terraform, terraformCommand } from "../../lib/terraform/terraform";
import { exitCode, Failure } from "../../lib/terminal/failure";
import { shortestPath } from "../configuration-file";
import { print } from "../dialogue";
import { type Context, runQuietly } from "./context";

const exists = /already exists|alreadyExists|existing object already found/i;

/** Whether an error says that an object of this name is there already. */
export const saysExists = (error: Diagnostic): boolean => exists.test(textOf(error));

/**
 * Takes into the state what exists although the state does not know it: what an earlier run created before it was killed.
 * It is found by the name that this deployment gives it, in its own project and namespace. Nothing is deleted; the next
 * plan shows whether it is as it should be.
 * @returns the imported addresses
 * @throws Failure if Terraform can't import one
 */
export async function importExisting(
  context: Context,
  terraform: Terraform,
  plan: unknown,
  errors: readonly Diagnostic[],
): Promise<string[]> {
  const imported: string[] = [];
  for (const { address, id } of importable(context, plan, errors)) {
    print(`  importing ${address}: it exists, but is missing in Terraform's state`);
    const result = await runQuietly(context, terraform, ["import", "-no-color", "-lock-timeout=10s", address, id]);
    context.interruption.check();
    if (result.status !== 0) {
      const command = terraformCommand(shortestPath(terraform.folder), "import", address, id);
      throw new Failure(
        `${address} exists, but can't be imported.`,
        `${result.output}\n${command}`,
        exitCode.incomplete,
      );
    }
    imported.push(address);
  }
  return imported;
}

/** What the errors say exists, and the ids by which it is imported. */
export function importable(
  { configuration: { google } }: Pick<Context, "configuration">,
  plan: unknown,
  errors: readonly Diagnostic[],
): { readonly address: string; readonly id: string }[] {
  const { resource_changes: changes = [] } = plan as { resource_changes?: readonly PlannedValues[] };
  return errors.filter(saysExists).flatMap(({ address }) => {
    const planned = changes.find((change) => change.address === address);
    // An object that this plan was to replace is in the state already.
    if (planned?.change.actions.join() !== "create" || planned.change.after === null) return [];
    const id = importId(planned.type, planned.change.after, google);
    return id === undefined ? [] : [{ address: planned.address, id }];
  });
}

interface PlannedValues {
  readonly address: string;
  readonly type: string;
  readonly change: { readonly actions: readonly string[]; readonly after: ResourceValues | null };
}
