import { importId } from "../../../lib/terraform/import-ids";
import { resolvedPlatform } from "../../convert/platform-outputs";
import { existingResources } from "../../terraform/terraform";
import type { AppliedPlatform } from "./applied-platform";
import { doubled, inventory, inventoryDifference } from "./inventory";

/** What had to be done besides applying again. */
export interface Recovery {
  /** Addresses that were usable and whose mark was taken off. */
  readonly untainted: readonly string[];
  /** Addresses of what existed at Google and was missing in the state. */
  readonly imported: readonly string[];
  /** Names of the node pools, alert policies and channels that no plan shows. */
  readonly deleted: readonly string[];
}

/** The state and everything at Google after a run that nothing disturbed. */
export interface Undisturbed {
  readonly addresses: readonly string[];
  readonly inventory: readonly string[];
}

export const undisturbed = (platform: AppliedPlatform): Undisturbed => ({
  addresses: platform.state.map(({ address }) => address).sort(),
  inventory: inventory(platform.google),
});

/**
 * Applies again after an apply that did not end well, with the repairs that `farm deploy` makes, until all is as after a run
 * that nothing disturbed and the next plan is empty.
 * @throws Error if it does not get there, or if Terraform destroys anything on the way
 */
export async function recover(platform: AppliedPlatform, expected: Undisturbed): Promise<Recovery> {
  const untainted = await untaintUsable(platform);
  const imported: string[] = [];
  // Each attempt gets beyond the objects at which the one before failed.
  for (let attempts = 6; ; attempts--) {
    const said = await platform.apply().catch((error: Error) => error);
    const destroyed = /^\S+: Destroying\.\.\./m.exec(said instanceof Error ? said.message : said);
    if (destroyed) throw new Error(`Terraform destroys something: ${destroyed[0]}`);
    if (!(said instanceof Error)) break;
    const existing = existingResources(said.message).filter((address) => !imported.includes(address));
    if (existing.length === 0 || attempts === 0) throw said;
    for (const address of existing) await importExisting(platform, address);
    imported.push(...existing);
  }
  const deleted = await deleteLeftOver(platform);
  await expectUndisturbed(platform, expected);
  return { untainted, imported, deleted };
}

/** Imports what exists, by the id that follows from the configuration. */
export async function importExisting({ terraform, stack }: AppliedPlatform, address: string): Promise<void> {
  const [type = "", name = ""] = address.split(".");
  const { resource, provider } = resolvedPlatform(stack);
  const id = importId(type, resource![type]![name]!, provider!["google"]![0] as { project: string; region: string });
  if (id === undefined) throw new Error(`${address} can't be imported`);
  await terraform.run(["import", "-input=false", address, id]);
}

/** What Terraform could not finish it marks as tainted, and would replace; what Google has and is usable is kept. */
async function untaintUsable({ terraform, google, state }: AppliedPlatform): Promise<string[]> {
  const tainted = state.filter(({ isTainted }) => isTainted);
  for (const { address, attributes } of tainted) {
    const found = [...google.resources].find(([name]) => name.endsWith(`/${attributes["id"]}`));
    if (found?.[1]["status"] === "ERROR") throw new Error(`${address} is in status ERROR`);
    await terraform.run(["untaint", address]);
  }
  return tainted.map(({ address }) => address);
}

/** Deletes at Google what no plan shows: GKE's own node pool, and policies and channels that exist twice. */
async function deleteLeftOver({ google, state }: AppliedPlatform): Promise<string[]> {
  const pools = [...google.resources.keys()].filter((name) => name.endsWith("/nodePools/default-pool"));
  // Policies first: Google refuses to delete a channel that a policy uses.
  const twice = doubled(google, state).sort((a, b) => (a.name < b.name ? -1 : 1));
  const paths = [
    ...pools.map((name) => name.replace("container/", "container/v1/")),
    ...twice.map(({ name }) => `monitoring/v3/${name}`),
  ];
  for (const path of paths) await fetch(`${google.url}/${path}`, { method: "DELETE" });
  return [...pools.map((name) => name.replace(/.*\//, "")), ...twice.map(({ title }) => title)];
}

/** @throws Error if anything is missing, left over, or would be changed by the next plan */
export async function expectUndisturbed(platform: AppliedPlatform, expected: Undisturbed): Promise<void> {
  const { addresses, inventory } = undisturbed(platform);
  const differences = [
    ...inventoryDifference(expected.inventory, inventory),
    ...inventoryDifference(expected.addresses, addresses).map((difference) => `in the state, ${difference}`),
    ...(await platform.drift()).map((change) => `the next plan would still change ${change}`),
  ];
  if (differences.length > 0) throw new Error(differences.join("; "));
}
