import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ControlPlane } from "./control-plane";
import type { KubernetesObject } from "./kubernetes-objects";

/* eslint-disable @typescript-eslint/no-explicit-any -- objects of Kubernetes' API, read by path */

/** Lets Terraform's Kubernetes provider of a stack's copy speak to the control plane, whomever it was meant for. */
export function connectTo(controlPlane: ControlPlane, stackFolder: string): void {
  const file = join(stackFolder, "cdk.tf.json");
  const stack = JSON.parse(readFileSync(file, "utf8"));
  stack.provider = { ...stack.provider, kubernetes: [{ config_path: controlPlane.kubeconfig }] };
  writeFileSync(file, JSON.stringify(stack));
}

/**
 * Expects that the provider made just these objects: each is there, and the API server would change nothing in it if it
 * were given ours in its place.
 */
export function expectMadeByProvider(controlPlane: ControlPlane, objects: readonly KubernetesObject[]): void {
  for (const object of objects) {
    const { kind, metadata } = object;
    const there = controlPlane.get([kind, metadata.name, ...(metadata.namespace ? ["-n", metadata.namespace] : [])]);
    const ours = controlPlane.kubectl(["replace", "--dry-run=server", "-o", "json", "-f", "-"], JSON.stringify(object));
    expect(withoutServersOwn(JSON.parse(ours.stdout))).toEqual(withoutServersOwn(there));
  }
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
