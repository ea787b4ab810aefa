import { isSecondBakerGuard, lostProtection } from "./lost-protection";
import { protectedTypes, secondBakerGuardLoss } from "./protected-types";
import { type Attributes, impossibleChange, list } from "./refusals";
import { terraformCommand } from "./terraform";

/** A resource change as printed by `terraform show -json`, with the fields that are used here. */
export interface ResourceChange {
  readonly address: string;
  readonly type: string;
  /** Key of the deposed object that a failed replacement left behind; undefined for the current object. */
  readonly deposed?: string;
  /** Whether its creation failed, or an apply was cut off during it. Terraform replaces such a resource. */
  readonly tainted: boolean;
  readonly change: {
    readonly actions: readonly string[];
    /** null for a resource that doesn't exist yet. */
    readonly before: Attributes | null;
    /** null for a resource that would be deleted. */
    readonly after: Attributes | null;
    /** true for each attribute of `after` that is only known after the apply, in the shape of `after`. */
    readonly afterUnknown: unknown;
    /** The attributes that force a replacement, such as name or node_config.0.disk_type. */
    readonly replacedFor: readonly string[];
  };
}

/**
 * Finds what a plan may not do: delete or replace a protected resource, give up what protects one, or change one in a
 * way that Google or Kubernetes would refuse.
 *
 * @param plan parsed output of `terraform show -json PLANFILE`
 * @param folder Terraform's working directory, for commands to paste @default - that of cdktf's own commands
 * @returns one sentence for each, which starts with the resource's address; empty if the plan may be applied
 * @throws Error if it is not such an output: a plan that the guard doesn't understand must not pass
 */
export function forbiddenChanges(plan: unknown, folder?: string): string[] {
  return resourceChanges(plan).flatMap((change) => {
    const impossible = impossibleSentences(change);
    return impossible.length > 0 ? impossible : [...lossSentences(change, folder), ...protectionSentences(change)];
  });
}

function impossibleSentences({ address, type, change: { before, after } }: ResourceChange): string[] {
  if (before === null || after === null) return [];
  return impossibleChange(type, before, after).map((why) => `${address} can't be changed as planned: ${why}`);
}

function protectionSentences({ address, type, change: { before, after } }: ResourceChange): string[] {
  if (after === null) return [];
  return lostProtection(type, before, after).map((why) => `${address} would lose a protection: ${why}`);
}

function lossSentences({ address, type, deposed, tainted, change }: ResourceChange, folder?: string): string[] {
  const isGuard = type === "kubernetes_manifest" && isSecondBakerGuard(change.before);
  const why = isGuard ? secondBakerGuardLoss : protectedTypes[type];
  if (why === undefined || !change.actions.includes("delete")) return [];
  const what = deposed === undefined ? address : `${address} (deposed object ${deposed})`;
  if (tainted)
    return [`${what} would be replaced, because it was not created completely. ${untaint(address, type, folder)}`];
  const done = change.actions.length > 1 ? `replaced${cause(change)}` : "deleted";
  return [`${what} would be ${done}: ${why}.`];
}

function untaint(address: string, type: string, folder?: string): string {
  const place = folder ?? `cdktf.out/stacks/${type.startsWith("google_") ? "platform" : "baker"}`;
  const [keep, forget] = [["untaint"], ["state", "rm"]].map((verb) => terraformCommand(place, ...verb, address));
  return `If it works, keep it: \`${keep}\`. If not, delete it by hand, then: \`${forget}\`.`;
}

/**
 * ", because name changes from a to b", or nothing if the plan doesn't say. Attributes whose new value is not known yet
 * are only named if there are no others: they usually follow from another one.
 */
function cause({ before, after, replacedFor }: ResourceChange["change"]): string {
  const withValues = replacedFor.flatMap((name) => {
    const [from, to] = [before?.[name], after?.[name]];
    return isPlain(from) && isPlain(to) ? [`${name} changes from ${from} to ${to}`] : [];
  });
  const changes = withValues.length > 0 ? withValues : replacedFor.map((name) => `${name} changes`);
  return changes.length > 0 ? `, because ${changes.join(" and ")}` : "";
}

const isPlain = (value: unknown): value is string | number | boolean =>
  ["string", "number", "boolean"].includes(typeof value);

/**
 * The resource changes of a plan, in the plan's order, without no-ops and reads.
 * @throws Error if `plan` is not the output of `terraform show -json` for a plan
 */
export function resourceChanges(plan: unknown): ResourceChange[] {
  const json = asRecord(plan);
  const { format_version: format, planned_values: planned, resource_changes: changes = [], errored } = json;
  // The output for a state has a format_version too, but no planned_values.
  // https://developer.hashicorp.com/terraform/internals/json-format
  if (typeof format !== "string" || !format.startsWith("1.") || planned === undefined || !Array.isArray(changes)) {
    throw new Error('This is not a plan: expected the output of "terraform show -json PLANFILE", format 1.x.');
  }
  if (errored === true) throw new Error("Terraform could not complete this plan, so it doesn't list all changes.");
  // Those that Terraform would plan only after this apply, deletions among them.
  const deferred = list(json["deferred_changes"]).length;
  if (deferred > 0) {
    throw new Error(
      `Terraform deferred ${deferred} changes, which this plan doesn't show. Plan again without -allow-deferral.`,
    );
  }
  return changes.map(toResourceChange).filter(({ change }) => change.actions.some((action) => !unchanging.has(action)));
}

/** Actions that don't change a resource. */
const unchanging = new Set(["no-op", "read"]);

function toResourceChange(entry: unknown): ResourceChange {
  const { address, type, deposed, change, action_reason: reason } = asRecord(entry);
  const { actions, before, after, after_unknown: afterUnknown, replace_paths: paths } = asRecord(change);
  if (typeof address !== "string" || typeof type !== "string" || !Array.isArray(actions)) {
    throw new Error(`The plan has a change without address, type or actions: ${JSON.stringify(entry).slice(0, 200)}`);
  }
  return {
    address,
    type,
    ...(typeof deposed === "string" && { deposed }),
    tainted: reason === "replace_because_tainted",
    change: {
      actions: actions.map(String),
      before: asRecordOrNull(before),
      after: asRecordOrNull(after),
      afterUnknown,
      replacedFor: Array.isArray(paths) ? paths.map((path) => [path].flat().join(".")) : [],
    },
  };
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

const asRecordOrNull = (value: unknown): Attributes | null =>
  typeof value === "object" && value !== null ? (value as Attributes) : null;
