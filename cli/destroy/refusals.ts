import { lastPart } from "../../lib/terraform/import-ids";
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

/** Where a configuration is deployed. */
interface Place {
  readonly project: string;
  readonly region: string;
  /** The cluster's region or zone. */
  readonly location: string;
}

/**
 * Sentences on what a state has that is elsewhere than the configuration says. The state is found by the name alone, so it
 * may be that of a deployment in another project.
 */
export function elsewhere({ project, region, location }: Place, resources: readonly StateResource[]): string[] {
  return resources
    .filter(({ type }) => stays(type) || type === clusterType)
    .flatMap(({ type, address, values }) => {
      const differs = (field: string, wanted: string, found = lastPart(values[field])) =>
        found === "" || found === wanted ? [] : [`${address} is in ${field} ${found}, not in ${wanted}.`];
      const zone = lastPart(values["zone"]);
      return [
        ...differs("project", project),
        ...differs("region", region),
        ...(type === clusterType ? differs("location", location) : []),
        ...differs("zone", `a zone of ${region}`, zone.startsWith(`${region}-`) ? "" : zone),
      ];
    });
}

const clusterType = "google_container_cluster";

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
