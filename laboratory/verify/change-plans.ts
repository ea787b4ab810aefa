import { forbiddenChanges } from "../../lib/terraform/plan";
import { changes as changesOf, type Plan } from "../terraform/terraform";
import { type Row, type StackRow, resourcesByVerb, shortAddress } from "./change-table";
import { type Change, changes, configurationWith } from "./changes";
import type { TwoStacks } from "./two-stacks";

/** What must never be made anew: by type, as the guard knows them. */
const kept = /^google_(compute_(region_)?disk|compute_(global_)?address|container_cluster)\./;

/**
 * Plans each change, against a state of `platform` that pretends to be applied and the applied state of `baker`.
 * @param stacks of configurationWith(), in those states
 */
export async function planChanges(stacks: TwoStacks, log: (line: string) => void): Promise<Row[]> {
  const rows: Row[] = [];
  const [platform, baker] = await Promise.all([protectedPlan(stacks, "platform"), protectedPlan(stacks, "baker")]);
  // Most changes concern one stack: the other's plan is known already.
  const known = new Map([
    [stacks.text("platform"), platform],
    [stacks.text("baker"), baker],
  ]);
  for (const change of changes) {
    rows.push(await planChange(stacks, change, known));
    if (rows.length % 10 === 0) log(`${rows.length} of ${changes.length} changes are planned`);
  }
  stacks.change(configurationWith());
  return rows;
}

async function planChange(
  stacks: TwoStacks,
  { title, change }: Change,
  known: ReadonlyMap<string, ProtectedPlan>,
): Promise<Row> {
  const configuration = configurationWith(change);
  stacks.change(configuration);
  const plan = async (stack: "platform" | "baker") =>
    known.get(stacks.text(stack)) ?? (await protectedPlan(stacks, stack));
  let [platform, baker] = await Promise.all([plan("platform"), plan("baker")]);
  if (platform.plan === undefined || baker.plan === undefined) {
    // All that it would do is only told where nothing is protected.
    stacks.change(configuration, true);
    platform = { ...platform, plan: platform.plan ?? (await stacks.plan("platform")) };
    baker = { ...baker, plan: baker.plan ?? (await stacks.plan("baker")) };
  }
  return { title, stacks: { platform: row(platform), baker: row(baker) } };
}

interface ProtectedPlan {
  readonly plan?: Plan;
  readonly terraformRefuses: boolean;
}

/** @returns no plan where prevent_destroy keeps Terraform from making one */
async function protectedPlan(stacks: TwoStacks, stack: "platform" | "baker"): Promise<ProtectedPlan> {
  try {
    return { plan: await stacks.plan(stack), terraformRefuses: false };
  } catch (error) {
    if (!/\slifecycle\.prevent_destroy\s+set/.test((error as Error).message)) throw error;
    return { terraformRefuses: true };
  }
}

function row({ plan, terraformRefuses }: ProtectedPlan): StackRow {
  const planned = plan!.resource_changes ?? [];
  const guardRefuses = forbiddenChanges(plan).map((sentence) => sentence.slice(0, sentence.indexOf(" ")));
  return { planned, terraformRefuses, guardRefuses };
}

/** What of the rows is not as it must be. */
export function rowProblems(rows: readonly Row[]): string[] {
  return rows.flatMap((row) => [...lossProblems(row), ...removalProblems(row)]);
}

/** Whatever deletes or replaces a disk, an address or the cluster must be refused by the guard. */
function lossProblems({ title, stacks }: Row): string[] {
  const { planned, guardRefuses } = stacks.platform;
  const { deleted, replaced } = resourcesByVerb(planned);
  return [...deleted, ...replaced]
    .filter((address) => kept.test(address) && !guardRefuses.includes(address))
    .map((address) => `${title}: nobody refuses that ${shortAddress(address)} goes`);
}

/** A baker that goes takes nothing of the others with it. */
function removalProblems({ title, stacks }: Row): string[] {
  if (title !== "bakers[ledger]: removed") return [];
  return Object.values(stacks).flatMap(({ planned }) => {
    const { created, replaced, deleted } = resourcesByVerb(planned);
    const touched = changesOf({ planned_values: { root_module: {} }, resource_changes: planned });
    return [
      ...deleted.filter((address) => !address.includes("ledger")),
      ...[...created, ...replaced],
      ...touched.map(({ address }) => address).filter((address) => /(bls|third)/.test(address)),
    ].map((address) => `${title}: ${shortAddress(address)} is not its own`);
  });
}
