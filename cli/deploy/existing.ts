import { type Diagnostic, saysExists, textOf } from "../../lib/terraform/events";
import { importId, type ResourceValues } from "../../lib/terraform/import-ids";
import { type Terraform, terraformCommand } from "../../lib/terraform/terraform";
import { exitCode, Failure } from "../../lib/terminal/failure";
import { shortestPath } from "../configuration-file";
import { asksPerson, print } from "../dialogue";
import { interrupted } from "../interruption";
import { type Context, runQuietly } from "./context";

/**
 * What may be another deployment's although it has the name that this one would give it: another name and baker can give
 * the same, and so can the same name in another region. With it in the state, this deployment would change it, bake on
 * its disk or take over its cluster. So a person must say whose it is, and --yes does not.
 */
const askedFor: ReadonlySet<string> = new Set([
  "google_compute_disk",
  "google_compute_region_disk",
  "google_container_cluster",
  "google_secret_manager_secret",
]);

/**
 * Takes into the state what exists although the state does not know it: what an earlier run created before it was killed.
 * It is found by the name that this deployment gives it, in its own project and namespace. Disks, secrets and the cluster
 * are only imported when a person says that they are this deployment's. Nothing is deleted; the next plan shows whether
 * it is as it should be.
 * @returns the imported addresses
 * @throws Failure if Terraform can't import one, or a person does not agree; then none is imported
 */
export async function importExisting(
  context: Context,
  terraform: Terraform,
  plan: unknown,
  errors: readonly Diagnostic[],
): Promise<string[]> {
  const imported: string[] = [];
  const objects = importable(context, plan, errors);
  const doubtful = objects.filter(({ type }) => askedFor.has(type));
  if (doubtful.length > 0) await askWhose(context, terraform, doubtful);
  for (const { address, id } of objects) {
    print(`  importing ${address}: it exists, but is missing in Terraform's state`);
    const result = await runQuietly(context, terraform, ["import", "-no-color", "-lock-timeout=10s", address, id]);
    context.interruption.check();
    if (result.status !== 0) {
      throw new Failure(
        `${address} exists, but can't be imported.`,
        `${result.output}\n${importCommand(terraform, { address, id })}`,
        exitCode.incomplete,
      );
    }
    imported.push(address);
  }
  return imported;
}

async function askWhose(context: Context, terraform: Terraform, doubtful: readonly Importable[]): Promise<void> {
  const { configuration, answers } = context;
  const { name } = configuration;
  print(`These exist already, and Terraform's state does not know them:`);
  for (const { id } of doubtful) print(`  ${id}`);
  print(`They are ${name}'s if an earlier run of it was killed. They are not if anybody else deploys to this project.`);
  if (await asksPerson(`Type ${name} if all of them are ${name}'s: `, name, answers)) return;
  if (answers.signal.aborted) throw interrupted();
  throw new Failure(
    `Not imported: only a person can say whether they are ${name}'s${answers.yes ? ", and --yes does not" : ""}.`,
    [
      `If they are not, choose another name or other names of bakers. If they are, import them, and then: ${context.again}`,
      ...doubtful.map((each) => `  ${importCommand(terraform, each)}`),
    ].join("\n"),
    exitCode.incomplete,
  );
}

const importCommand = ({ folder }: Terraform, { address, id }: Pick<Importable, "address" | "id">): string =>
  terraformCommand(shortestPath(folder), "import", address, id);

/** What the errors say exists, and the ids by which it is imported. */
export function importable(
  { configuration: { google } }: Pick<Context, "configuration">,
  plan: unknown,
  errors: readonly Diagnostic[],
): Importable[] {
  const { resource_changes: changes = [] } = plan as { resource_changes?: readonly PlannedValues[] };
  return errors
    .filter((error) => saysExists(textOf(error)))
    .flatMap(({ address }) => {
      const planned = changes.find((change) => change.address === address);
      // An object that this plan was to replace is in the state already.
      if (planned?.change.actions.join() !== "create" || planned.change.after === null) return [];
      const id = importId(planned.type, planned.change.after, google);
      return id === undefined ? [] : [{ address: planned.address, type: planned.type, id }];
    });
}

/** An object that exists, and the resource that it would be in the state. */
interface Importable {
  readonly address: string;
  readonly type: string;
  /** The id for `terraform import`. */
  readonly id: string;
}

interface PlannedValues {
  readonly address: string;
  readonly type: string;
  readonly change: { readonly actions: readonly string[]; readonly after: ResourceValues | null };
}
