import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { KubernetesObject } from "./kubernetes-objects";

/** What of this machine is needed to run one. catatonit holds a pod's namespaces; podman only recommends it. */
export const podmanPodNeeds = {
  linux: true,
  root: true,
  programs: ["podman", "catatonit", "runc", "busybox"],
};

export interface PodmanPodOptions {
  /** The pod's name; its containers are called `<name>-<container>`. */
  readonly name: string;
  /** A folder of the test's own, in which its ConfigMaps and empty directories lie. */
  readonly folder: string;
  /** Folders of this machine that stand in for disks and for what CSI drivers mount, by the volume's name. @default - none */
  readonly volumes?: Readonly<Record<string, string>>;
  /** Images that stand in for others. @default - each its own */
  readonly images?: Readonly<Record<string, string>>;
  /** Values of pod fields that podman doesn't know, by their path, such as status.podIP. @default - none */
  readonly fields?: Readonly<Record<string, string>>;
  /** With Kubernetes' Always podman would repeat init containers for ever. @default "Never" */
  readonly restartPolicy?: "Never" | "OnFailure";
}

/* eslint-disable @typescript-eslint/no-explicit-any -- objects of Kubernetes' API, read by path */

/**
 * A workload's pod, for `podman kube play` (4.3): as it is deployed, but for what podman lacks. It knows no scheduling,
 * probes and hooks and passes over them; it ignores the modes of a ConfigMap's files and the openness of an emptyDir, so
 * both become folders here, which this function makes; disks, CSI volumes and some fields need stand-ins.
 *
 * @param workload Deployment or StatefulSet
 * @param objects all objects of the stack: the pod's ConfigMaps are among them
 * @throws Error for a volume or a field that needs a stand-in and has none
 */
export function podmanPod(
  workload: KubernetesObject,
  objects: readonly KubernetesObject[],
  options: PodmanPodOptions,
): KubernetesObject {
  const { template, volumeClaimTemplates = [] } = workload["spec"] as any;
  const { spec } = template;
  const container = (found: any) => ({
    ...found,
    image: options.images?.[found.image] ?? found.image,
    ...(found.env ? { env: found.env.map((variable: any) => withValue(variable, options)) } : {}),
  });
  const claimed = volumeClaimTemplates.map(({ metadata }: any) => ({ name: metadata.name, persistentVolumeClaim: {} }));
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { ...template.metadata, name: options.name },
    spec: {
      ...spec,
      restartPolicy: options.restartPolicy ?? "Never",
      initContainers: (spec.initContainers ?? []).map(container),
      containers: spec.containers.map(container),
      volumes: [...(spec.volumes ?? []), ...claimed].map((volume) => standIn(volume, objects, options)),
    },
  };
}

function withValue(variable: any, { fields }: PodmanPodOptions): any {
  const path = variable.valueFrom?.fieldRef?.fieldPath;
  // podman knows metadata's fields only.
  if (!path || path.startsWith("metadata.")) return variable;
  const value = fields?.[path];
  if (value === undefined) throw new Error(`podman doesn't know ${path}: give its value in fields`);
  return { name: variable.name, value };
}

function standIn(volume: any, objects: readonly KubernetesObject[], { folder, volumes }: PodmanPodOptions): any {
  const path = volumes?.[volume.name] ?? ownFolder(volume, objects, folder);
  return { name: volume.name, hostPath: { path, type: "Directory" } };
}

function ownFolder(volume: any, objects: readonly KubernetesObject[], folder: string): string {
  if (volume.configMap) return writeConfigMap(volume, objects, folder);
  // Kubernetes lets everybody write there; podman would take the owner of the directory that the image has in its place.
  if (volume.emptyDir) return emptyFolder(join(folder, volume.name), 0o777);
  throw new Error(`volume ${volume.name} needs a folder that stands in for it, in volumes`);
}

function emptyFolder(path: string, mode: number): string {
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { recursive: true });
  // Whatever this process' umask is: the pod's user is another one.
  chmodSync(path, mode);
  return path;
}

/** Writes the files of a ConfigMap's volume with their modes, and returns their folder. */
function writeConfigMap({ name, configMap }: any, objects: readonly KubernetesObject[], folder: string): string {
  const found = objects.find(({ kind, metadata }) => kind === "ConfigMap" && metadata.name === configMap.name);
  if (!found) throw new Error(`volume ${name}: there is no ConfigMap ${configMap.name}`);
  const data = (found["data"] ?? {}) as Record<string, string>;
  const items = configMap.items ?? Object.keys(data).map((key) => ({ key, path: key }));
  const mounted = emptyFolder(join(folder, name), 0o755);
  for (const { key, path, mode } of items) {
    const text = data[key];
    if (text === undefined) throw new Error(`volume ${name}: ConfigMap ${configMap.name} has no ${key}`);
    writeFileSync(join(mounted, path), text);
    chmodSync(join(mounted, path), mode ?? configMap.defaultMode ?? 0o644);
  }
  return mounted;
}
