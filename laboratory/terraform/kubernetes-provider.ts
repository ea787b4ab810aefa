import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ControlPlane } from "../cluster/control-plane";
import type { KubernetesObject } from "../convert/kubernetes-objects";

/* eslint-disable @typescript-eslint/no-explicit-any -- objects of Kubernetes' API, read by path */

/** Lets Terraform's Kubernetes provider of a stack's copy speak to the control plane, whomever it was meant for. */
export function connectTo(controlPlane: ControlPlane, stackFolder: string): void {
  const file = join(stackFolder, "cdk.tf.json");
  const stack = JSON.parse(readFileSync(file, "utf8"));
  stack.provider = { ...stack.provider, kubernetes: [{ config_path: controlPlane.kubeconfig }] };
  writeFileSync(file, JSON.stringify(stack));
}

/** An object as the API server has it, made by the provider, and as it would have it if it were given ours instead. */
export interface MadeTwice {
  readonly provider: unknown;
  readonly ours: unknown;
}

/**
 * What the provider made beside what the API server would make of each of these objects in its place; both without what
 * the API server and the controllers write on their own account.
 * @throws Error if one of the objects is not there
 */
export function madeTwice(controlPlane: ControlPlane, objects: readonly KubernetesObject[]): MadeTwice[] {
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

/** Expects that the provider made just these objects. */
export function expectMadeByProvider(controlPlane: ControlPlane, objects: readonly KubernetesObject[]): void {
  const made = madeTwice(controlPlane, objects);
  expect(made).toHaveLength(objects.length);
  for (const { provider, ours } of made) expect(ours).toEqual(provider);
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
