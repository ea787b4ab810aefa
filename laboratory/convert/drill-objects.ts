import { join } from "node:path";
import type { Configuration } from "../../lib/config/schema/configuration";
import { bakerObjects, type ClusterIps } from "./baker-objects";
import type { KubernetesObject } from "./kubernetes-objects";
import { synthesise } from "../synthesis";

/* eslint-disable @typescript-eslint/no-explicit-any -- objects of Kubernetes' API, read by path */

/** A secret key that belongs to nobody: the seed is all zeros. */
const secretKey = "edsk2fuHAameH2ugtQy1ojXnrJMk7NyEc6tWwejFGr2SkhFf3MXE4i";

export interface DrillObjectsOptions {
  /** Secrets of Secret Manager, by file name. @default - none */
  readonly secrets?: Readonly<Record<string, string>>;
  /** @default - stand-ins at which nothing listens */
  readonly clusterIps?: ClusterIps;
}

/**
 * The objects of the synthesised stack `baker`, changed only where the laboratory can't do what Google does:
 * - disks are folders of this machine (`disks`, by the volume's name), mounted as local volumes;
 * - what the CSI driver for Secret Manager mounts is a Secret with a made-up key, and what else is given;
 * - pods reserve next to nothing, since the VMs of the pools are larger than this machine. Limits stay.
 */
export function drillObjects(
  configuration: Configuration,
  disks: string,
  { secrets, clusterIps }: DrillObjectsOptions = {},
): KubernetesObject[] {
  const objects = bakerObjects(synthesise(configuration), clusterIps);
  const namespace = objects.find(({ kind }) => kind === "Namespace")!.metadata.name;
  return [
    ...objects.map((object) => {
      if (object.kind === "PersistentVolume") return onFolder(object, join(disks, object.metadata.name));
      return object.kind === "StatefulSet" || object.kind === "Deployment" ? withStandIns(object) : object;
    }),
    {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: standInSecret, namespace },
      stringData: { "secret-key": secretKey, ...secrets },
    },
  ];
}

const standInSecret = "stand-in-for-secret-manager";

function onFolder(volume: any, path: string): KubernetesObject {
  const { csi: _, ...spec } = volume.spec;
  return { ...volume, spec: { ...spec, local: { path } } };
}

function withStandIns(workload: any): KubernetesObject {
  const { template } = workload.spec;
  const small = (container: any) => ({
    ...container,
    resources: { ...container.resources, requests: { cpu: "1m", memory: "1Mi" } },
  });
  const mounted = (volume: any) => (volume.csi ? { name: volume.name, secret: { secretName: standInSecret } } : volume);
  const spec = {
    ...template.spec,
    ...(template.spec.initContainers && { initContainers: template.spec.initContainers.map(small) }),
    containers: template.spec.containers.map(small),
    volumes: template.spec.volumes?.map(mounted),
  };
  return { ...workload, spec: { ...workload.spec, template: { ...template, spec } } };
}
