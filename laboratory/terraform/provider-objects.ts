import type { ControlPlane } from "../cluster/control-plane";
import type { KubernetesObject } from "../convert/kubernetes-objects";

/* eslint-disable @typescript-eslint/no-explicit-any -- objects of Kubernetes' API, read by path */

/** An object as the API server has it, made by the provider, and as it would have it if it were given ours instead. */
export interface Comparison {
  readonly provider: unknown;
  readonly ours: unknown;
}

/**
 * What the provider made beside what the API server would make of each of these objects in its place; both without what
 * the API server and the controllers write on their own account.
 * @throws Error if one of the objects is not there
 */
export function compareObjects(controlPlane: ControlPlane, objects: readonly KubernetesObject[]): Comparison[] {
  const list = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
  // Of a list of one, kubectl prints the one.
  const there = JSON.parse(controlPlane.kubectl(["get", "-o", "json", "-f", "-"], list).stdout);
  const ours = controlPlane.kubectl(["replace", "--dry-run=server", "-o", "json", "-f", "-"], list).stdout;
  // Here it prints one after the other.
  const replaced = ours.split(/^(?=\{)/m).map((text) => JSON.parse(text));
  return (there.items ?? [there]).map((object: any, index: number) => ({
    provider: withoutServersOwn(object),
    ours: withoutServersOwn(replaced[index]),
  }));
}

/** An object without what the API server and the controllers write on their own account. */
function withoutServersOwn({ metadata, status: _, ...rest }: any): unknown {
  const { name, namespace, labels, annotations = {} } = metadata;
  const own = Object.entries(annotations).filter(([key]) => !/^(pv|deployment)\.kubernetes\.io\//.test(key));
  if (rest.spec?.claimRef) {
    rest.spec.claimRef = { name: rest.spec.claimRef.name, namespace: rest.spec.claimRef.namespace };
  }
  return { metadata: { name, namespace, labels, annotations: Object.fromEntries(own) }, ...rest };
}

/** The first difference in each object that the provider made otherwise than it is expected to. */
export function differences(objects: readonly Comparison[]): string[] {
  return objects.flatMap(({ provider, ours }) => {
    const difference = firstDifference(provider, ours);
    if (difference === undefined) return [];
    const { kind, metadata } = ours as { kind: string; metadata: { name: string } };
    return [`${kind} ${metadata.name}${difference}`];
  });
}

function firstDifference(provider: unknown, ours: unknown, path = ""): string | undefined {
  if (Object.is(provider, ours)) return undefined;
  if (typeof provider !== "object" || typeof ours !== "object" || provider === null || ours === null) {
    return `${path} is ${JSON.stringify(provider)} and not ${JSON.stringify(ours)}`;
  }
  for (const key of new Set([...Object.keys(provider), ...Object.keys(ours)])) {
    const [there, here] = [provider, ours].map((object) => (object as Record<string, unknown>)[key]);
    const difference = firstDifference(there, here, `${path}.${key}`);
    if (difference !== undefined) return difference;
  }
  return undefined;
}
