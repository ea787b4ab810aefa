import type { ControlPlane } from "../cluster/control-plane";
import type { KubernetesObject } from "../convert/kubernetes-objects";

/* eslint-disable @typescript-eslint/no-explicit-any -- objects of Kubernetes' API, read by path */

/** An object that the provider has created, and the same object if it were replaced by the expected one. */
export interface Comparison {
  readonly provider: unknown;
  readonly ours: unknown;
}

/**
 * Compares the objects that the provider has created with the expected ones, by a dry run in which the API server
 * replaces them. Fields that the API server and the controllers set themselves are left out.
 * @throws Error if an object does not exist
 */
export function compareObjects(controlPlane: ControlPlane, objects: readonly KubernetesObject[]): Comparison[] {
  const list = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
  // For a single object kubectl prints no list.
  const found = JSON.parse(controlPlane.kubectl(["get", "-o", "json", "-f", "-"], list).stdout);
  const existing: any[] = found.items ?? [found];
  const replacements = objects.map((object, index) => withGeneratedFields(object, existing[index]));
  const ours = controlPlane.kubectl(
    ["replace", "--dry-run=server", "-o", "json", "-f", "-"],
    JSON.stringify({ apiVersion: "v1", kind: "List", items: replacements }),
  ).stdout;
  // Here kubectl prints one object after the other.
  const replaced = ours.split(/^(?=\{)/m).map((text) => JSON.parse(text));
  return existing.map((object: any, index: number) => ({
    provider: withoutServerFields(object),
    ours: withoutServerFields(replaced[index]),
  }));
}

/** The API server selects the pods of a Job by a label with the Job's own id, which no replacement may change. */
function withGeneratedFields(object: any, existing: any): any {
  if (object.kind !== "Job") return object;
  const { selector, template: generated } = existing.spec;
  const { template } = object.spec;
  const labels = { ...generated.metadata.labels, ...template.metadata.labels };
  return {
    ...object,
    spec: { ...object.spec, selector, template: { ...template, metadata: { ...template.metadata, labels } } },
  };
}

/** Removes the fields that the API server and the controllers set themselves. */
function withoutServerFields({ metadata, status: _, ...rest }: any): unknown {
  const { name, namespace, labels, annotations = {} } = metadata;
  const own = Object.entries(annotations).filter(
    ([key]) => !/^((pv|deployment|service)\.kubernetes\.io\/|cloud\.google\.com\/neg)/.test(key),
  );
  if (rest.spec?.claimRef) {
    rest.spec.claimRef = { name: rest.spec.claimRef.name, namespace: rest.spec.claimRef.namespace };
  }
  return { metadata: { name, namespace, labels, annotations: Object.fromEntries(own) }, ...rest };
}

/** The first difference of each object that is not as expected. */
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
    return `${path} is ${JSON.stringify(provider)} instead of ${JSON.stringify(ours)}`;
  }
  for (const key of new Set([...Object.keys(provider), ...Object.keys(ours)])) {
    const [actual, expected] = [provider, ours].map((object) => (object as Record<string, unknown>)[key]);
    const difference = firstDifference(actual, expected, `${path}.${key}`);
    if (difference !== undefined) return difference;
  }
  return undefined;
}
