import { forbiddenChanges } from "../../lib/terraform/plan";
import { configurationWith } from "./changes";
import { expectNone } from "./report";
import type { TwoStacks } from "./two-stacks";

/** Resources of a removed baker that are removed from the state but kept, as described in docs/deploy.md. */
const keptResources =
  /^(google_compute_(region_)?disk|google_compute_address|google_secret_manager_secret|kubernetes_persistent_volume(_claim)?_v1)\./;

/**
 * Removes one of three bakers as described in docs/deploy.md: Terraform refuses the plan, and what the guard names is taken
 * out of the states, so that it is kept. Then the plan is accepted, and an apply does not affect the other bakers.
 * @returns a summary
 * @throws Error if anything differs from that
 */
export async function removeBaker(stacks: TwoStacks): Promise<string> {
  const before = stacks.generations();
  const atGoogle = [...stacks.platform.google.resources.keys()];
  const removed = configurationWith(({ bakers }) => bakers.splice(1, 1));
  const forgotten: string[] = [];
  for (const stack of ["platform", "baker"] as const) {
    stacks.configure(removed);
    await expectRefused(stacks.plan(stack));
    stacks.configure(removed, true);
    const refused = forbiddenChanges(await stacks.plan(stack)).map((sentence) =>
      sentence.slice(0, sentence.indexOf(" ")),
    );
    if (refused.length === 0) throw new Error(`the guard does not refuse the plan of ${stack}`);
    const other = refused.find((address) => !keptResources.test(address));
    if (other !== undefined) throw new Error(`the guard refuses to delete ${other}`);
    const keepers = refused.map((address) => `terraform_data.never-deleted["${address}"]`);
    await stacks.terraform(stack).run(["state", "rm", ...refused, ...keepers]);
    forgotten.push(...refused);
    stacks.configure(removed);
    expectNone("the guard still refuses", forbiddenChanges(await stacks.plan(stack)));
  }
  await stacks.platform.apply();
  await stacks.apply();
  const after = stacks.generations();
  const others = Object.keys(before).filter((name) => !name.includes("ledger") && !name.includes("forwarder"));
  expectNone(
    "it has changed",
    others.filter((name) => before[name] !== after[name]),
  );
  if ("StatefulSet/baker-ledger" in after) throw new Error("StatefulSet/baker-ledger still exists");
  const kept = [...stacks.platform.google.resources.keys()];
  expectNone(
    "it has deleted",
    atGoogle.filter((name) => /\/(disks|addresses|secrets)\//.test(name) && !kept.includes(name)),
  );
  return `refused; ${forgotten.length} resources kept with "state rm"; ${others.length} workloads, claims and volumes of the others unchanged`;
}

/** prevent_destroy makes Terraform refuse the whole plan. */
async function expectRefused(plan: Promise<unknown>): Promise<void> {
  const said = await plan.then(
    () => "nothing",
    (error: Error) => error.message,
  );
  if (!/Instance\s+cannot\s+be\s+destroyed/.test(said)) throw new Error(`Terraform refuses ${said}`);
}
