/**
 * Resource types that no plan of the pipeline may delete or replace, because they can't be restored as they were, and
 * what would happen. Where they are created, prevent_destroy protects them too; this guard still does when a change
 * removes that line.
 */
export const protectedTypes: Readonly<Record<string, string>> = {
  google_container_cluster: "everything that runs on it stops",
  google_compute_region_disk: "a baker's chain data, high watermarks and nonces are lost",
  google_compute_disk: "what is on it is lost",
  google_compute_address: "the Raspberry Pis dial this address; each of them must be reconfigured",
  google_compute_global_address: "everything that dials this address must be reconfigured",
  google_secret_manager_secret: "the secret's versions are lost; a person added them",
  kubernetes_namespace_v1: "everything in it is deleted with it",
  kubernetes_persistent_volume_v1:
    "the reference to a baker's disk is lost, and the disk too if the reclaim policy is Delete",
  kubernetes_persistent_volume_claim_v1: "the pod that uses it can't restart with its data",
};

/** Whether a type is one of those. */
export const isProtected = (type: string): boolean => type in protectedTypes;

/** A resource change as printed by `terraform show -json`, with the fields that are used here. */
export interface ResourceChange {
  readonly address: string;
  readonly type: string;
  /** Key of the deposed object that a failed replacement left behind; undefined for the current object. */
  readonly deposed?: string;
  readonly change: { readonly actions: readonly string[] };
}

/**
 * Finds the protected resources that a plan would delete or replace.
 *
 * @param plan parsed output of `terraform show -json PLANFILE`
 * @returns one sentence for each; empty if the plan may be applied
 * @throws Error if it is not such an output: a plan that the guard doesn't understand must not pass
 */
export function forbiddenChanges(plan: unknown): string[] {
  return resourceChanges(plan)
    .filter(({ type, change }) => type in protectedTypes && change.actions.includes("delete"))
    .map(({ address, type, deposed, change }) => {
      const done = change.actions.length > 1 ? "replaced" : "deleted";
      const what = deposed === undefined ? address : `${address} (deposed object ${deposed})`;
      return `${what} would be ${done}: ${protectedTypes[type]}.`;
    });
}

/**
 * The resource changes of a plan, in the plan's order, without no-ops and reads.
 * @throws Error if `plan` is not the output of `terraform show -json` for a plan
 */
export function resourceChanges(plan: unknown): ResourceChange[] {
  const { format_version: format, planned_values: planned, resource_changes: changes = [], errored } = asRecord(plan);
  // The output for a state has a format_version too, but no planned_values.
  // https://developer.hashicorp.com/terraform/internals/json-format
  if (typeof format !== "string" || !format.startsWith("1.") || planned === undefined || !Array.isArray(changes)) {
    throw new Error('This is not a plan: expected the output of "terraform show -json PLANFILE", format 1.x.');
  }
  if (errored === true) throw new Error("Terraform could not complete this plan, so it doesn't list all changes.");
  return changes.map(toResourceChange).filter(({ change }) => change.actions.some((action) => !unchanging.has(action)));
}

/** Actions that don't change a resource. */
const unchanging = new Set(["no-op", "read"]);

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
