import { lastPart } from "../../lib/terraform/import-ids";
import { type AsideProps, json, ProgramError } from "../programs";
import type { StateResource } from "./state";

/** How an object is found with gcloud, and what its status must be for it to be usable. */
interface Lookup {
  /** gcloud's words before and after the verb: `gcloud compute addresses describe NAME --region R`. */
  readonly kind: readonly string[];
  readonly place: (values: StateResource["values"]) => readonly string[];
  /** undefined: it has no status, so that it is usable if it exists. */
  readonly usable?: readonly string[];
}

const inRegion = ({ region }: StateResource["values"]): string[] => ["--region", lastPart(region)];
const inZone = ({ zone }: StateResource["values"]): string[] => ["--zone", lastPart(zone)];
const inLocation = ({ location }: StateResource["values"]): string[] => ["--location", lastPart(location)];

/** https://cloud.google.com/kubernetes-engine/docs/reference/rest/v1/projects.locations.clusters#status and others */
const lookups: Readonly<Record<string, Lookup>> = {
  google_container_cluster: {
    kind: ["container", "clusters"],
    place: inLocation,
    usable: ["RUNNING", "RECONCILING"],
  },
  google_container_node_pool: {
    kind: ["container", "node-pools"],
    place: (values) => ["--cluster", lastPart(values["cluster"]), ...inLocation(values)],
    usable: ["RUNNING", "RUNNING_WITH_ERROR", "RECONCILING"],
  },
  google_compute_address: { kind: ["compute", "addresses"], place: inRegion, usable: ["RESERVED", "IN_USE"] },
  google_compute_region_disk: { kind: ["compute", "disks"], place: inRegion, usable: ["READY"] },
  google_compute_disk: { kind: ["compute", "disks"], place: inZone, usable: ["READY"] },
  google_compute_network: { kind: ["compute", "networks"], place: () => [] },
  google_compute_subnetwork: { kind: ["compute", "networks", "subnets"], place: inRegion },
  google_secret_manager_secret: { kind: ["secrets"], place: () => [] },
};

/** What Google says of an object: no status if it does not exist. */
export interface Found {
  readonly status?: string;
  /** Why it has this status. */
  readonly message?: string;
}

/**
 * Asks Google for an object of a state.
 * @throws ProgramError if gcloud fails, but not because the object does not exist
 */
export async function lookUp(resource: StateResource, project: string, options: AsideProps): Promise<Found> {
  try {
    const { status = "there", statusMessage } = await json<{ status?: string; statusMessage?: string }>(
      ["gcloud", ...describeCommand(resource, project)],
      options,
    );
    return { status, ...(statusMessage && { message: statusMessage }) };
  } catch (error) {
    if (error instanceof ProgramError && /not found|code=404|NOT_FOUND/i.test(error.reason)) return {};
    throw error;
  }
}

/** Whether objects of this type can be looked up. */
export const canBeLookedUp = (type: string): boolean => type in lookups;

/** Whether an object with this status works. */
export function isUsable(type: string, status: string): boolean {
  const usable = lookups[type]?.usable;
  return usable === undefined || usable.includes(status);
}

/** gcloud's parameters that show an object. */
export const describeCommand = (resource: StateResource, project: string): string[] => [
  ...gcloudCommand(resource, project, "describe"),
  "--format=json",
];

/** gcloud's parameters for an object, with a verb such as `delete`. */
export function gcloudCommand({ type, values }: StateResource, project: string, verb: string): string[] {
  const { kind, place } = lookups[type] ?? { kind: [], place: () => [] };
  const name = type === "google_secret_manager_secret" ? values["secret_id"] : values["name"];
  return [...kind, verb, lastPart(name), ...place(values), "--project", project];
}

/** An object, for people: "cluster my-baker". */
export const nameOf = ({ type, values }: StateResource): string =>
  `${type.replace(/^google_(?:compute_|container_)?/, "").replaceAll("_", " ")} ${String(values["name"] ?? values["secret_id"])}`;
