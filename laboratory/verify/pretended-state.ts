import { References, type ReferenceValues, type TerraformJson } from "../convert/terraform-references";
import type { Plan } from "../terraform/terraform";

/**
 * A stack in which every reference is what Google would have answered: Terraform's plan of it says of each resource what
 * is known once all are there.
 */
export function withoutReferences(stack: TerraformJson, standIns: ReferenceValues): TerraformJson {
  const { resource, output } = new References(stack, standIns).resolve({
    resource: stack.resource ?? {},
    output: stack.output ?? {},
  }) as TerraformJson;
  return { ...stack, resource, output };
}

/** The part of a state file that is not the same in all of them. */
export interface PretendedState {
  readonly outputs: object;
  readonly resources: readonly {
    readonly mode: string;
    readonly type: string;
    readonly name: string;
    readonly provider: string;
    readonly instances: readonly [Instance];
  }[];
}

interface Instance {
  readonly schema_version: number;
  readonly attributes: Record<string, unknown>;
  /** Paths of what must not be shown. Terraform counts it as a change when they become others. */
  readonly sensitive_attributes: readonly unknown[];
}

/**
 * The state that an apply of a plan would have left, as far as it can be told without one: what Terraform plans, and
 * stand-ins for those attributes of Google's making to which the stack refers. Every other such attribute is missing.
 *
 * @param plan of a stack withoutReferences(), against no state
 */
export function pretendedState({ planned_values: { root_module } }: Plan, standIns: ReferenceValues): PretendedState {
  const resources = (root_module.resources ?? []).map((planned) => {
    const { address, mode, type, name, provider_name, schema_version, values } = planned;
    const attributes: Record<string, unknown> = structuredClone({ id: address, ...values });
    for (const [reference, value] of Object.entries(standIns)) {
      if (reference.startsWith(`${address}.`)) set(attributes, stepsOf(reference.slice(address.length + 1)), value);
    }
    const instance = { schema_version, attributes, sensitive_attributes: sensitivePaths(planned.sensitive_values) };
    return { mode, type, name, provider: `provider["${provider_name}"]`, instances: [instance] as const };
  });
  return { outputs: {}, resources };
}

/**
 * The same state with what its provider fills in as soon as it sees a resource again: zeros in blocks, and lists of
 * Google's making, which are empty here.
 *
 * @param plan of the stack against `state`
 */
export function filledIn(state: PretendedState, { resource_changes: planned = [] }: Plan): PretendedState {
  const byAddress = new Map(planned.map(({ address, change }) => [address, change]));
  const resources = state.resources.map((resource) => {
    const [instance] = resource.instances;
    const change = byAddress.get(`${resource.type}.${resource.name}`);
    if (!change || change.actions.join() === "no-op") return resource;
    // Where it would be replaced, everything of Google's making is unknown; only what it is replaced for is missing.
    const replaced = change.actions.length > 1;
    const missing = replaced
      ? (change.replace_paths ?? []).map(([name]) => String(name))
      : Object.entries(change.after_unknown ?? {}).flatMap(([name, unknown]) => (unknown === true ? name : []));
    const empty = missing.map((name) => [name, /(annotations|labels)$/.test(name) ? {} : []]);
    const attributes = {
      ...instance.attributes,
      ...(replaced ? {} : change.after),
      ...Object.fromEntries(empty),
    };
    return { ...resource, instances: [{ ...instance, attributes }] as const };
  });
  return { ...state, resources };
}

/** Every path at which `shown` has true, as a state writes paths. */
function sensitivePaths(shown: unknown, path: readonly unknown[] = []): unknown[] {
  if (shown === true) return [path];
  if (Array.isArray(shown)) {
    const step = (value: number) => ({ type: "index", value: { value, type: "number" } });
    return shown.flatMap((item, index) => sensitivePaths(item, [...path, step(index)]));
  }
  if (typeof shown !== "object" || shown === null) return [];
  return Object.entries(shown).flatMap(([value, item]) => sensitivePaths(item, [...path, { type: "get_attr", value }]));
}

/** `a[0].b` as its steps. */
const stepsOf = (path: string): string[] => path.split(/[.[\]]+/).filter((step) => step !== "");

/** Sets what `steps` lead to. What is missing on the way is made: an attribute that Google fills in is a list of one. */
function set(parent: Record<string, unknown>, [step = "", ...rest]: string[], value: unknown): void {
  if (rest.length === 0) {
    parent[step] = value;
    return;
  }
  parent[step] ??= rest[0] === "0" ? [] : {};
  set(parent[step] as Record<string, unknown>, rest, value);
}
