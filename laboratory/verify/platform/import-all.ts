import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { importId, namedByGoogle } from "../../../lib/terraform/import-ids";
import { resolvedPlatform } from "../../convert/platform-outputs";
import type { Plan } from "../../terraform/terraform";
import { expectNone } from "../report";
import type { AppliedPlatform } from "./applied-platform";
import { expectUndisturbed, undisturbed } from "./recover";

/**
 * Loses the state of an applied platform, and imports everything by the ids that follow from the configuration.
 * @returns a summary
 * @throws Error if that would replace or create anything, or if the next plan is not empty
 */
export async function importAll(platform: AppliedPlatform): Promise<string> {
  const { terraform, google } = platform;
  const expected = undisturbed(platform);
  platform.restore({ state: undefined, google: google.snapshot() });
  const imports = importIds(platform);
  // An import block does what `terraform import` does, and all at once.
  // https://developer.hashicorp.com/terraform/language/import
  const file = join(terraform.folder, "imports.tf.json");
  writeFileSync(file, JSON.stringify({ import: imports }));
  let plan: Plan;
  try {
    plan = await platform.plan();
    expectNone("an import would", losses(plan));
    await terraform.run(["apply", "-input=false", "plan"]);
  } finally {
    rmSync(file);
  }
  await expectUndisturbed(platform, expected);
  const updated = (plan.resource_changes ?? []).filter(({ change }) => change.actions.join() === "update").length;
  return `${imports.length} imported, of which ${updated} get values that only the state has; then no changes`;
}

/** Everything but no change and an update in place. What isn't at Google is created in the state. */
const losses = ({ resource_changes: planned = [] }: Plan): string[] =>
  planned
    .filter(({ type, change }) => type !== "terraform_data" && /create|delete/.test(change.actions.join()))
    .map(({ address, change }) => `${change.actions.join()} ${address}`);

function importIds({ stack, google }: AppliedPlatform): { to: string; id: string }[] {
  const { resource = {}, provider } = resolvedPlatform(stack);
  const defaults = provider!["google"]![0] as { project: string; region: string };
  return Object.entries(resource).flatMap(([type, byName]) =>
    Object.entries(byName)
      .filter(() => type !== "terraform_data")
      .map(([name, values]) => {
        const id = namedByGoogle.has(type) ? nameOf(google, values) : importId(type, values, defaults);
        if (id === undefined) throw new Error(`${type}.${name} has no id`);
        return { to: `${type}.${name}`, id };
      }),
  );
}

/** As a person finds it: by its display name, in the list of all. */
function nameOf(
  { resources }: AppliedPlatform["google"],
  values: Readonly<Record<string, unknown>>,
): string | undefined {
  const found = [...resources].find(([, { displayName }]) => displayName === values["display_name"]);
  return found?.[1]["name"];
}
