import type { ControlPlane } from "../cluster/control-plane";
import type { KubernetesObject } from "../convert/kubernetes-objects";

/* eslint-disable @typescript-eslint/no-explicit-any -- objects of Kubernetes' API, read by path */

/**
 * Acts once as the provisioner of a CSI driver: creates a volume for each claim for which the scheduler has selected a
 * node, in that node's zone, as for Google's zonal disks. To be called repeatedly.
 */
export function provisionVolumes(controlPlane: ControlPlane): void {
  const waiting = controlPlane
    .get(["persistentvolumeclaims", "--all-namespaces"])
    .items.filter(({ metadata, spec }: any) => metadata.annotations?.[selectedNode] && !spec.volumeName);
  const volumes = waiting.map((claim: any) => volumeFor(claim, controlPlane));
  if (volumes.length > 0) controlPlane.apply(volumes);
}

/** https://kubernetes.io/docs/reference/labels-annotations-taints/#volume-kubernetes-io-selected-node */
const selectedNode = "volume.kubernetes.io/selected-node";
const zoneLabel = "topology.gke.io/zone";

function volumeFor({ metadata, spec }: any, controlPlane: ControlPlane): KubernetesObject {
  const zone = controlPlane.get(["node", metadata.annotations[selectedNode]]).metadata.labels[zoneLabel];
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
