import { forbiddenChanges } from "../../lib/terraform/plan";
import { configurationWith } from "./changes";
import type { TwoStacks } from "./two-stacks";

/** What of a removed baker stays although Terraform knows it no more, as docs/deploy.md says. */
const keptTypes =
  /^(google_compute_region_disk|google_compute_address|google_secret_manager_secret|kubernetes_persistent_volume(_claim)?_v1)\./;

/**
 * Removes one of three bakers in the way that docs/deploy.md says: what the guard names is taken out of the states first,
 * so that it stays; then the guard has nothing against the plan, and applying it changes nothing of the others.
 * @throws Error where it goes otherwise
 */
export async function removeBaker(stacks: TwoStacks): Promise<string> {
  const before = stacks.generations();
  stacks.change(configurationWith(({ bakers }) => bakers.splice(1, 1)));
  const forgotten: string[] = [];
  for (const stack of ["platform", "baker"] as const) {
    const refused = forbiddenChanges(await stacks.plan(stack)).map((sentence) =>
      sentence.slice(0, sentence.indexOf(" ")),
    );
    if (refused.length === 0) throw new Error(`the guard has nothing against what goes from ${stack}`);
    const other = refused.find((address) => !keptTypes.test(address));
    if (other !== undefined) throw new Error(`the guard names ${other}`);
    for (const address of refused) await stacks[stack].run(["state", "rm", address]);
    forgotten.push(...refused);
    const still = forbiddenChanges(await stacks.plan(stack));
    if (still.length > 0) throw new Error(`the guard still refuses: ${still.join(" ")}`);
  }
  await stacks.apply();
  const after = stacks.generations();
  const others = Object.keys(before).filter((name) => !name.includes("ledger") && !name.includes("forwarder"));
  const touched = others.filter((name) => before[name] !== after[name]);
  if (touched.length > 0) throw new Error(`it touched ${touched.join()}`);
  if ("StatefulSet/baker-ledger" in after) throw new Error("it is still there");
  return `${forgotten.length} resources are kept by "state rm"; ${others.length} workloads, claims and volumes of the others untouched`;
}
