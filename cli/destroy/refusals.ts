import { resourceChanges } from "../../lib/terraform/plan";
import type { StateResource } from "../deploy/state";
import { resourcesOf, type StackJson } from "../../lib/terraform/stack-json";
import { stays } from "./staying";

/** Sentences on what a plan would delete although it stays. @param isChosen whether its name was typed */
export function forbiddenDeletions(plan: unknown, isChosen: (address: string) => boolean): string[] {
  return resourceChanges(plan)
    .filter(({ address, type, change }) => stays(type) && change.actions.includes("delete") && !isChosen(address))
    .map(({ address }) => `${address} would be deleted, and is to stay.`);
}

/**
 * What stays, but is not in the configuration, so that no plan could keep it: that of a baker that was taken out, or of
 * another configuration with the same name.
 * @returns the addresses in the state, with what else the state has to forget for it
 */
export function notConfigured(stack: StackJson, resources: readonly StateResource[]): string[] {
  const addresses = resources
    .filter(({ type, address }) => stays(type) && !(address.slice(type.length + 1) in resourcesOf(stack, type)))
    .map(({ address }) => address);
  return resources
    .map(({ address }) => address)
    .filter((address) => addresses.some((each) => address === each || address.endsWith(`["${each}"]`)));
}
