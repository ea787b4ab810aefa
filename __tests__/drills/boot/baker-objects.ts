import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import type { Configuration } from "../../../lib/config/schema";
import { BakerStack } from "../../../lib/stacks/baker";
import { PlatformStack } from "../../../lib/stacks/platform";
import { type KubernetesObject, kubernetesObjects } from "../../support/kubernetes-objects";
import { platformOutputs } from "../../support/platform-outputs";

/* eslint-disable @typescript-eslint/no-explicit-any -- objects of Kubernetes' API, read by path */

/** A secret key that belongs to nobody: the seed is all zeros. */
const secretKey = "edsk2fuHAameH2ugtQy1ojXnrJMk7NyEc6tWwejFGr2SkhFf3MXE4i";

/**
 * The objects of the synthesised stack `baker`, changed only where the laboratory can't do what Google does:
 * - disks are folders of this machine (`disks`, by the volume's name), mounted as local volumes;
 * - what the CSI driver for Secret Manager mounts is a Secret with a made-up key;
 * - pods reserve next to nothing, since the VMs of the pools are larger than this machine. Limits stay.
 */
export function bakerObjects(configuration: Configuration, disks: string): KubernetesObject[] {
  const objects = synthesised(configuration);
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
      stringData: { "secret-key": secretKey },
    },
  ];
}

const standInSecret = "stand-in-for-secret-manager";

function synthesised(configuration: Configuration): KubernetesObject[] {
  const outdir = mkdtempSync(join(tmpdir(), "stacks-"));
  try {
    const app = new App({ outdir });
    const platform = new PlatformStack(app, "platform", { configuration });
    new BakerStack(app, "baker", { configuration, platform });
    app.synth();
    const read = (stack: string) => JSON.parse(readFileSync(join(outdir, "stacks", stack, "cdk.tf.json"), "utf8"));
    const baker = read("baker");
    return kubernetesObjects(baker, platformOutputs(baker, read("platform")).values);
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

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
