import type { StackJson } from "./stack-json";

/**
 * A stack with only some of its resources, and with what these refer to. Terraform deletes everything else when it is
 * applied, in the right order, because prevent_destroy ends with the block that it is in.
 * @param kept addresses, such as google_compute_region_disk.disk-baker
 */
export function reducedStack(stack: StackJson, kept: readonly string[]): StackJson {
  const { output: _, resource = {}, ...others } = stack as StackJson & { readonly output?: unknown };
  const addresses = new Set<string>();
  const add = (address: string): void => {
    const [type = "", name = ""] = address.split(".");
    const found = resource[type]?.[name];
    if (found === undefined || addresses.has(address)) return;
    addresses.add(address);
    for (const reference of references(found)) add(reference);
  };
  kept.forEach(add);
  const rest = Object.entries(resource).map(([type, resources]) => [
    type,
    Object.fromEntries(Object.entries(resources).filter(([name]) => addresses.has(`${type}.${name}`))),
  ]);
  const left = Object.fromEntries(rest.filter(([, resources]) => Object.keys(resources!).length > 0));
  // Terraform refuses an empty block.
  return Object.keys(left).length > 0 ? { ...others, resource: left } : others;
}

/** Everything in a resource that may be the address of another: in templates, and in depends_on. */
function references(value: unknown): string[] {
  if (typeof value === "string") return value.match(/\b[a-z]\w*_\w+\.[\w-]+/g) ?? [];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(references);
}

/** The stack, whose resources stay as they are, also where the configuration has changed since the last deployment. */
export function unchanging(stack: StackJson): StackJson {
  if (stack.resource === undefined) return stack;
  const resource = Object.entries(stack.resource).map(([type, resources]) => [
    type,
    Object.fromEntries(
      Object.entries(resources).map(([name, fields]) => {
        const { lifecycle, ...others } = fields as { readonly lifecycle?: object };
        return [name, { ...others, lifecycle: { ...lifecycle, ignore_changes: "all" } }];
      }),
    ),
  ]);
  return { ...stack, resource: Object.fromEntries(resource) };
}

/** The stack with a cluster that may be deleted. */
export function unprotected(stack: StackJson): StackJson {
  const { resource = {} } = stack;
  const clusters = Object.entries(resource["google_container_cluster"] ?? {}).map(([name, cluster]) => [
    name,
    { ...(cluster as object), deletion_protection: false },
  ]);
  return { ...stack, resource: { ...resource, google_container_cluster: Object.fromEntries(clusters) } };
}
