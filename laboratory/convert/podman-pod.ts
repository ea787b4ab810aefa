import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { KubernetesObject } from "./kubernetes-objects";

/** What running such a pod needs on this host. podman pods need catatonit, which its package only recommends. */
export const podmanPodNeeds = {
  linux: true,
  root: true,
  programs: ["podman", "catatonit", "runc", "busybox"],
};

/** Replacements of what podman does not support. */
export interface PodmanPodOptions {
  /** Name of the pod; its containers are named `<name>-<container>`. */
  readonly name: string;
  /** Folder in which its ConfigMaps and empty directories are created. */
  readonly folder: string;
  /** Folders of this host in place of disks and of what CSI drivers mount, by volume. @default - none */
  readonly volumes?: Readonly<Record<string, string>>;
  /** Replacements of images. @default - none */
  readonly images?: Readonly<Record<string, string>>;
  /** Values of pod fields that podman doesn't support, by path, such as status.podIP. @default - none */
  readonly fields?: Readonly<Record<string, string>>;
  /** With Always, as in Kubernetes, podman would repeat init containers forever. @default "Never" */
  readonly restartPolicy?: "Never" | "OnFailure";
}

/* eslint-disable @typescript-eslint/no-explicit-any -- objects of Kubernetes' API, read by path */

/**
 * The pod of a workload, for `podman kube play` (4.3), as it is deployed except for what podman does not support.
 * Podman ignores scheduling, probes and hooks. It also ignores the modes of a ConfigMap's files and of an emptyDir:
 * this function replaces both by folders, which it creates. Disks, CSI volumes and some fields need replacements.
 *
 * @param workload a Deployment or StatefulSet
 * @param objects all objects of the stack, among them the pod's ConfigMaps
 * @throws Error for a volume or a field without its replacement
 */
export function podmanPod(
  workload: KubernetesObject,
  objects: readonly KubernetesObject[],
  options: PodmanPodOptions,
): KubernetesObject {
  const { template, volumeClaimTemplates = [] } = workload["spec"] as any;
  const { spec } = template;
  const container = (original: any) => ({
    ...original,
    image: options.images?.[original.image] ?? original.image,
    ...(original.env ? { env: original.env.map((variable: any) => withValue(variable, options)) } : {}),
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
      volumes: [...(spec.volumes ?? []), ...claimed].map((volume) => hostFolder(volume, objects, options)),
    },
  };
}

function withValue(variable: any, { fields }: PodmanPodOptions): any {
  const path = variable.valueFrom?.fieldRef?.fieldPath;
  // podman only supports fields of the metadata.
  if (!path || path.startsWith("metadata.")) return variable;
  const value = fields?.[path];
  if (value === undefined) throw new Error(`podman does not support ${path}: pass its value in fields`);
  return { name: variable.name, value };
}

function hostFolder(volume: any, objects: readonly KubernetesObject[], { folder, volumes }: PodmanPodOptions): any {
  const path = volumes?.[volume.name] ?? createFolder(volume, objects, folder);
  return { name: volume.name, hostPath: { path, type: "Directory" } };
}

function createFolder(volume: any, objects: readonly KubernetesObject[], folder: string): string {
  if (volume.configMap) return writeConfigMap(volume, objects, folder);
  // In Kubernetes it is writable by all users; podman would copy owner and mode from the image's directory.
  if (volume.emptyDir) return emptyFolder(join(folder, volume.name), 0o777);
  throw new Error(`volume ${volume.name} needs a replacement: pass a folder in volumes`);
}

function emptyFolder(path: string, mode: number): string {
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { recursive: true });
  // Independent of this process's umask, since the pod runs as a different user.
  chmodSync(path, mode);
  return path;
}

/** Writes the files of a ConfigMap volume with their modes. @returns their folder */
function writeConfigMap({ name, configMap }: any, objects: readonly KubernetesObject[], folder: string): string {
  const found = objects.find(({ kind, metadata }) => kind === "ConfigMap" && metadata.name === configMap.name);
  if (!found) throw new Error(`volume ${name}: ConfigMap ${configMap.name} does not exist`);
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
