import { References, type ReferenceValues, type TerraformJson } from "../convert/terraform-references";
import type { Plan } from "../terraform/terraform";

/**
 * Replaces every reference by the value that Google would return. Terraform's plan of the result contains all values that
 * are known after an apply.
 */
export function resolveReferences(stack: TerraformJson, standIns: ReferenceValues): TerraformJson {
  const { resource, output } = new References(stack, standIns).resolve({
    resource: stack.resource ?? {},
    output: stack.output ?? {},
  }) as TerraformJson;
  return { ...stack, resource, output };
}

/** The variable part of a state file. */
export interface SimulatedState {
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
  /** Paths of sensitive values. If they differ, Terraform plans a change. */
  readonly sensitive_attributes: readonly unknown[];
}

/**
 * The state after applying a plan, as far as it can be known without doing so: the planned values, and stand-ins for the
 * computed attributes to which the stack refers. Other computed attributes are missing.
 *
 * @param plan plan of a stack from resolveReferences(), without a state
 */
export function simulatedState({ planned_values: { root_module } }: Plan, standIns: ReferenceValues): SimulatedState {
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
 * Adds values that the provider fills in when it reads a resource: zero values in blocks, and computed lists, which are
 * empty here.
 *
 * @param plan plan of the stack against `state`
 */
export function withComputedValues(state: SimulatedState, { resource_changes: planned = [] }: Plan): SimulatedState {
  const byAddress = new Map(planned.map(({ address, change }) => [address, change]));
  const resources = state.resources.map((resource) => {
    const [instance] = resource.instances;
    const change = byAddress.get(`${resource.type}.${resource.name}`);
    if (!change || change.actions.join() === "no-op") return resource;
    // In a replacement all computed values are unknown; only those that force it are missing here.
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

/** All paths at which `marks` is true, in the format of a state file. */
function sensitivePaths(marks: unknown, path: readonly unknown[] = []): unknown[] {
  if (marks === true) return [path];
  if (Array.isArray(marks)) {
    const step = (value: number) => ({ type: "index", value: { value, type: "number" } });
    return marks.flatMap((item, index) => sensitivePaths(item, [...path, step(index)]));
  }
  if (typeof marks !== "object" || marks === null) return [];
  return Object.entries(marks).flatMap(([value, item]) => sensitivePaths(item, [...path, { type: "get_attr", value }]));
}

/** The steps of `a[0].b`. */
const stepsOf = (path: string): string[] => path.split(/[.[\]]+/).filter((step) => step !== "");

/** Sets a value by path. Creates missing parents: computed blocks are lists with one item. */
function set(parent: Record<string, unknown>, [step = "", ...rest]: string[], value: unknown): void {
  if (rest.length === 0) {
    parent[step] = value;
    return;
  }
  parent[step] ??= rest[0] === "0" ? [] : {};
  set(parent[step] as Record<string, unknown>, rest, value);
}
