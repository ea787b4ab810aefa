import { forbiddenChanges } from "../../lib/terraform/plan";
import { configurationWith } from "./changes";
import type { TwoStacks } from "./two-stacks";

/** Resources of a removed baker that are removed from the state but kept, as described in docs/deploy.md. */
const keptResources =
  /^(google_compute_region_disk|google_compute_address|google_secret_manager_secret|kubernetes_persistent_volume(_claim)?_v1)\./;

/**
 * Removes one of three bakers as described in docs/deploy.md: the resources for which the guard refuses the plan are
 * removed from the states, so that they are kept. Then the guard accepts the plan, and an apply does not affect the other
 * bakers.
 * @returns a summary
 * @throws Error if anything differs from that
 */
export async function removeBaker(stacks: TwoStacks): Promise<string> {
  const before = stacks.generations();
  stacks.configure(configurationWith(({ bakers }) => bakers.splice(1, 1)));
  const forgotten: string[] = [];
  for (const stack of ["platform", "baker"] as const) {
    const refused = forbiddenChanges(await stacks.plan(stack)).map((sentence) =>
      sentence.slice(0, sentence.indexOf(" ")),
    );
    if (refused.length === 0) throw new Error(`the guard does not refuse the plan of ${stack}`);
    const other = refused.find((address) => !keptResources.test(address));
    if (other !== undefined) throw new Error(`the guard refuses to delete ${other}`);
    for (const address of refused)
      await (stack === "platform" ? stacks.platform.terraform : stacks.baker).run(["state", "rm", address]);
    forgotten.push(...refused);
    const remaining = forbiddenChanges(await stacks.plan(stack));
    if (remaining.length > 0) throw new Error(`the guard still refuses: ${remaining.join(" ")}`);
  }
  await stacks.apply();
  const after = stacks.generations();
  const others = Object.keys(before).filter((name) => !name.includes("ledger") && !name.includes("forwarder"));
  const touched = others.filter((name) => before[name] !== after[name]);
  if (touched.length > 0) throw new Error(`it has changed ${touched.join()}`);
  if ("StatefulSet/baker-ledger" in after) throw new Error("StatefulSet/baker-ledger still exists");
  return `${forgotten.length} resources kept with "state rm"; ${others.length} workloads, claims and volumes of the others unchanged`;
}
