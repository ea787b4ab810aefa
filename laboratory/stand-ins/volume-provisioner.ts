import type { ControlPlane } from "../cluster/control-plane";
import type { KubernetesObject } from "../convert/kubernetes-objects";

/* eslint-disable @typescript-eslint/no-explicit-any -- objects of Kubernetes' API, read by path */

/**
 * Plays the provisioner of a CSI driver, once: makes a volume for each claim for which the scheduler has chosen a
 * machine, bound to that machine's zone as Google's zonal disks are. Call it until all is as it should be.
 */
export function provisionVolumes(controlPlane: ControlPlane): void {
  const waiting = controlPlane
    .get(["persistentvolumeclaims", "--all-namespaces"])
    .items.filter(({ metadata, spec }: any) => metadata.annotations?.[chosenMachine] && !spec.volumeName);
  const volumes = waiting.map((claim: any) => volumeFor(claim, controlPlane));
  if (volumes.length > 0) controlPlane.apply(volumes);
}

/** The scheduler's annotation for the provisioner. */
const chosenMachine = "volume.kubernetes.io/selected-node";
const zoneLabel = "topology.gke.io/zone";

function volumeFor({ metadata, spec }: any, controlPlane: ControlPlane): KubernetesObject {
  const zone = controlPlane.get(["node", metadata.annotations[chosenMachine]]).metadata.labels[zoneLabel];
  const { provisioner, reclaimPolicy } = controlPlane.get(["storageclass", spec.storageClassName]);
  return {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name: `pvc-${metadata.uid}`, annotations: { "pv.kubernetes.io/provisioned-by": provisioner } },
    spec: {
      accessModes: spec.accessModes,
      capacity: spec.resources.requests,
      claimRef: {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        name: metadata.name,
        namespace: metadata.namespace,
        uid: metadata.uid,
      },
      csi: { driver: provisioner, volumeHandle: `projects/test/zones/${zone}/disks/pvc-${metadata.uid}` },
      nodeAffinity: {
        required: { nodeSelectorTerms: [{ matchExpressions: [{ key: zoneLabel, operator: "In", values: [zone] }] }] },
      },
      persistentVolumeReclaimPolicy: reclaimPolicy,
      storageClassName: spec.storageClassName,
    },
  };
}
