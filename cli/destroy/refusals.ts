import { resourceChanges } from "../../lib/terraform/plan";
import { stays } from "./staying";

/** Sentences on what a plan would delete although it stays. @param isChosen whether its name was typed */
export function forbiddenDeletions(plan: unknown, isChosen: (address: string) => boolean): string[] {
  return resourceChanges(plan)
    .filter(({ address, type, change }) => stays(type) && change.actions.includes("delete") && !isChosen(address))
    .map(({ address }) => `${address} would be deleted, and is to stay.`);
}
