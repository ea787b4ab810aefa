import { join } from "node:path";
import type { Configuration } from "../../lib/config/schema/configuration";
import { bakerObjects, type ClusterIps } from "./baker-objects";
import type { KubernetesObject } from "./kubernetes-objects";
import { synthesise } from "../synthesis";

/* eslint-disable @typescript-eslint/no-explicit-any -- objects of Kubernetes' API, read by path */

/** A secret key that nobody uses: its seed is all zeros. */
const secretKey = "edsk2fuHAameH2ugtQy1ojXnrJMk7NyEc6tWwejFGr2SkhFf3MXE4i";

/** Values that depend on the laboratory. */
export interface DrillObjectsOptions {
  /** Secrets of Secret Manager, by file name. @default - none */
  readonly secrets?: Readonly<Record<string, string>>;
  /** @default - stand-ins at which nothing listens */
  readonly clusterIps?: ClusterIps;
}

/**
 * The objects of stack `baker`, changed only where the laboratory can't replace Google:
 * - disks are folders of this host, mounted as local volumes;
 * - what the CSI driver for Secret Manager would mount is a Secret with a made-up key and the given secrets;
 * - pods request almost no CPU or memory, since this host is smaller than the VMs. Limits stay.
 *
 * @param disks folder with a subfolder for each volume, by the volume's name
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
      return ["StatefulSet", "DaemonSet", "Deployment", "Job"].includes(object.kind) ? withStandIns(object) : object;
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
