/**
 * What no plan of the pipeline may delete or replace: it can't be made again, or not as it was. Every one of them is
 * also guarded where it is made (prevent_destroy); this guard still stands when that line is what a change removes.
 */
const protectedTypes: Readonly<Record<string, string>> = {
  google_container_cluster: "everything that runs on it stops",
  google_compute_region_disk: "a baker's chain data, high watermarks and nonces are lost",
  google_compute_disk: "what is on it is lost",
  google_compute_address: "the Raspberry Pis dial this address; they must all be visited",
  google_compute_global_address: "whoever dials this address must be told a new one",
  google_secret_manager_secret: "the secret's versions are lost; a person put them there",
  kubernetes_namespace_v1: "everything in it is deleted with it",
  kubernetes_persistent_volume_v1: "the way to a baker's disk is lost, and the disk too if its reclaim policy says so",
  kubernetes_persistent_volume_claim_v1: "the pod that uses it can't start again on its data",
};

/** A change as `terraform show -json` writes it; the fields that are looked at here. */
export interface ResourceChange {
  readonly address: string;
  readonly type: string;
  /** Set when an object that a failed replacement left behind is meant. */
  readonly deposed?: string;
  readonly change: { readonly actions: readonly string[] };
}

/**
 * What a plan would delete or replace although it must not.
 *
 * @param plan parsed output of `terraform show -json PLANFILE`
 * @returns one sentence for each; empty when the plan may be applied
 * @throws when it is no such output: a guard that understands nothing must not let through
 */
export function guard(plan: unknown): string[] {
  return resourceChanges(plan)
    .filter(({ type, change }) => type in protectedTypes && change.actions.includes("delete"))
    .map(({ address, type, deposed, change }) => {
      const verb = change.actions.length > 1 ? "replaced" : "deleted";
      const what = deposed === undefined ? address : `${address} (deposed object ${deposed})`;
      return `${what} would be ${verb}: ${protectedTypes[type]}.`;
    });
}

/**
 * The resource changes of a plan, in the plan's order, without those that change nothing.
 * @throws when `plan` is not the output of `terraform show -json` for a plan
 */
export function resourceChanges(plan: unknown): ResourceChange[] {
  const { format_version: format, planned_values: planned, resource_changes: changes = [], errored } = asRecord(plan);
  // A state's output has a format_version too, but no planned_values.
  if (typeof format !== "string" || !format.startsWith("1.") || planned === undefined || !Array.isArray(changes)) {
    throw new Error('This is not a plan as "terraform show -json PLANFILE" prints it, format 1.x.');
  }
  if (errored === true)
    throw new Error("Terraform could not finish this plan, so it does not say all that would change.");
  return changes.map(toResourceChange).filter(({ change }) => change.actions.some((action) => !quiet.has(action)));
}

/** Actions that change nothing in the world. */
const quiet = new Set(["no-op", "read"]);

function toResourceChange(entry: unknown): ResourceChange {
  const { address, type, deposed, change } = asRecord(entry);
  const { actions } = asRecord(change);
  if (typeof address !== "string" || typeof type !== "string" || !Array.isArray(actions)) {
    throw new Error(`The plan has a change without address, type or actions: ${JSON.stringify(entry).slice(0, 200)}`);
  }
  return {
    address,
    type,
    ...(typeof deposed === "string" && { deposed }),
    change: { actions: actions.map(String) },
  };
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
