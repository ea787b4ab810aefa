import { forbiddenChanges } from "../../lib/terraform/plan";
import { changes as changesOf, type Plan } from "../terraform/terraform";
import { type Row, type StackRow, resourcesByVerb, shortAddress } from "./change-table";
import { type Change, changes, configurationWith } from "./changes";
import type { TwoStacks } from "./two-stacks";

/** Addresses of resources that must never be deleted or replaced. */
const protectedAddresses = /^google_(compute_(region_)?disk|compute_(global_)?address|container_(cluster|node_pool))\./;

/**
 * Plans each change, against both stacks as they are applied.
 * @param stacks the stacks of configurationWith(), applied
 * @param log receives each line of progress
 */
export async function planChanges(stacks: TwoStacks, log: (line: string) => void): Promise<Row[]> {
  const rows: Row[] = [];
  const [platform, baker] = await Promise.all([protectedPlan(stacks, "platform"), protectedPlan(stacks, "baker")]);
  // Most changes affect only one stack: the plan of the other is already known.
  const known = new Map([
    [stacks.text("platform"), platform],
    [stacks.text("baker"), baker],
  ]);
  for (const change of changes) {
    rows.push(await planChange(stacks, change, known));
    if (rows.length % 10 === 0) log(`${rows.length} of ${changes.length} changes planned`);
  }
  stacks.configure(configurationWith());
  return rows;
}

async function planChange(
  stacks: TwoStacks,
  { title, change }: Change,
  known: ReadonlyMap<string, ProtectedPlan>,
): Promise<Row> {
  const configuration = configurationWith(change);
  stacks.configure(configuration);
  const plan = async (stack: "platform" | "baker") =>
    known.get(stacks.text(stack)) ?? (await protectedPlan(stacks, stack));
  let [platform, baker] = await Promise.all([plan("platform"), plan("baker")]);
  if (platform.plan === undefined || baker.plan === undefined) {
    // The complete plan is only available without protection.
    stacks.configure(configuration, true);
    platform = { ...platform, plan: platform.plan ?? (await stacks.plan("platform")) };
    baker = { ...baker, plan: baker.plan ?? (await stacks.plan("baker")) };
  }
  return { title, stacks: { platform: row(platform), baker: row(baker) } };
}

interface ProtectedPlan {
  readonly plan?: Plan;
  readonly terraformRefuses: boolean;
}

/** @returns without a plan if prevent_destroy makes Terraform fail */
async function protectedPlan(stacks: TwoStacks, stack: "platform" | "baker"): Promise<ProtectedPlan> {
  try {
    return { plan: await stacks.plan(stack), terraformRefuses: false };
  } catch (error) {
    if (!/\slifecycle\.prevent_destroy\s+set/.test((error as Error).message)) throw error;
    return { terraformRefuses: true };
  }
}

function row({ plan, terraformRefuses }: ProtectedPlan): StackRow {
  // What keeps others from being deleted is nothing itself: Terraform's refusal shows it.
  const planned = (plan!.resource_changes ?? []).filter(({ type }) => type !== "terraform_data");
  const guardRefuses = forbiddenChanges(plan).map((sentence) => sentence.slice(0, sentence.indexOf(" ")));
  return { planned, terraformRefuses, guardRefuses };
}

/** Violations of what must be true of every change. */
export function rowProblems(rows: readonly Row[]): string[] {
  return rows.flatMap((row) => [...lossProblems(row), ...removalProblems(row)]);
}

/** The guard must refuse every change that deletes or replaces a disk, an address or the cluster. */
function lossProblems({ title, stacks }: Row): string[] {
  const { planned, guardRefuses } = stacks.platform;
  const { deleted, replaced } = resourcesByVerb(planned);
  return [...deleted, ...replaced]
    .filter((address) => protectedAddresses.test(address) && !guardRefuses.includes(address))
    .map((address) => `${title}: the guard does not refuse to delete ${shortAddress(address)}`);
}

/** Removing a baker must not affect the others. */
function removalProblems({ title, stacks }: Row): string[] {
  if (title !== "bakers[ledger]: removed") return [];
  return Object.values(stacks).flatMap(({ planned }) => {
    const { created, replaced, deleted } = resourcesByVerb(planned);
    const touched = changesOf({ planned_values: { root_module: {} }, resource_changes: planned });
    return [
      ...deleted.filter((address) => !address.includes("ledger")),
      ...[...created, ...replaced],
      ...touched.map(({ address }) => address).filter((address) => /(bls|third)/.test(address)),
    ].map((address) => `${title}: ${shortAddress(address)} belongs to another baker`);
  });
}
