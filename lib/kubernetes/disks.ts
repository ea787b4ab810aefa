import { PersistentVolumeClaimV1 } from "@cdktf/provider-kubernetes/lib/persistent-volume-claim-v1";
import { PersistentVolumeV1 } from "@cdktf/provider-kubernetes/lib/persistent-volume-v1";
import { StorageClassV1 } from "@cdktf/provider-kubernetes/lib/storage-class-v1";
import { Construct } from "constructs";
import type { Volume } from "./secure-pod";

const driver = "pd.csi.storage.gke.io";

/** The StorageClass of all disks. Kubernetes never deletes a disk. */
export class DiskClass extends Construct {
  readonly name: string;

  constructor(scope: Construct, id: string, props: { readonly name: string }) {
    super(scope, id);
    const storageClass = new StorageClassV1(this, "Resource", {
      metadata: { name: props.name },
      storageProvisioner: driver,
      parameters: { type: "pd-balanced" },
      // Deleting a claim keeps its disk.
      reclaimPolicy: "Retain",
      // The disk is created in the zone to which the scheduler assigns the pod, not the other way round.
      // https://kubernetes.io/docs/concepts/storage/storage-classes/#volume-binding-mode
      volumeBindingMode: "WaitForFirstConsumer",
      allowVolumeExpansion: true,
    });
    this.name = storageClass.metadata.name;
  }
}

export interface ExistingDiskProps {
  readonly namespace: string;
  /** Name of the volume and of its claim. A volume has no namespace, so the name must be unique in the cluster. */
  readonly name: string;
  readonly diskClass: DiskClass;
  /** The disk in Google Cloud: projects/P/regions/R/disks/D or projects/P/zones/Z/disks/D. */
  readonly volumeHandle: string;
  readonly sizeGiB: number;
  /** The zone, or the two zones, with a copy of the data. */
  readonly zones: string[];
}

/**
 * The volume and the claim for a disk that Terraform created, in the stack `platform`. Such a disk outlives its claim,
 * the namespace and the cluster: the high watermarks on it keep the baker from signing twice.
 * https://cloud.google.com/kubernetes-engine/docs/how-to/persistent-volumes/regional-pd
 *
 * One in two zones is attached by force: while a zone is dark, Google doesn't release the disk from a VM there that no longer exists.
 * Force alone could take the disk from a baker that still runs. What keeps it from doing so, in this order:
 *
 * 1. No second pod is scheduled while the first is in the API (StatefulSet, ReadWriteOncePod). A pod that can't be
 *    reached stays in the API, Terminating, until its VM is gone from Compute Engine, or its Node is tainted as out of
 *    service or deleted. Forced deletion is rejected (single-writers.ts), and `npm run fence` taints a Node only once
 *    Compute Engine has confirmed that the VM is off.
 * 2. Only then does Kubernetes detach the disk from the first VM: at once with the taint, otherwise after six minutes
 *    from a Node that is not Ready. As long as the pod exists, these six minutes don't begin.
 * 3. Kubernetes attaches a disk with this access mode nowhere else until the driver has reported it as detached. The
 *    driver does so once Compute Engine has detached it, or no longer knows the VM.
 *
 * https://github.com/kubernetes/kubernetes/blob/v1.33.0/pkg/controller/volume/attachdetach/reconciler/reconciler.go
 * https://github.com/kubernetes-sigs/gcp-compute-persistent-disk-csi-driver/blob/master/pkg/gce-pd-csi-driver/controller.go
 *
 * What remains is in docs/security.md, "Signing twice".
 */
export class ExistingDisk extends Construct {
  private readonly claimName: string;

  constructor(scope: Construct, id: string, props: ExistingDiskProps) {
    super(scope, id);
    const size = { storage: `${props.sizeGiB}Gi` };
    // At most one pod in the whole cluster; ReadWriteOnce would allow several on one VM.
    // https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes
    const accessModes = ["ReadWriteOncePod"];
    const volume = new PersistentVolumeV1(this, "volume", {
      metadata: { name: props.name },
      spec: [
        {
          capacity: size,
          accessModes,
          storageClassName: props.diskClass.name,
          persistentVolumeReclaimPolicy: "Retain",
          // No other claim can ever bind this volume.
          claimRef: { namespace: props.namespace, name: props.name },
          persistentVolumeSource: {
            csi: {
              driver,
              volumeHandle: props.volumeHandle,
              fsType: "ext4",
              // A volume's source can't be changed later. Google refuses to attach a zonal disk by force.
              // https://cloud.google.com/compute/docs/reference/rest/v1/instances/attachDisk
              volumeAttributes: props.zones.length > 1 ? { "force-attach": "true" } : undefined,
            },
          },
          nodeAffinity: {
            required: {
              nodeSelectorTerm: [
                { matchExpressions: [{ key: "topology.gke.io/zone", operator: "In", values: props.zones }] },
              ],
            },
          },
        },
      ],
      // The claim leads: Kubernetes grows the volume when the claim asks for more. If the volume were larger already,
      // Kubernetes would not grow the file system.
      lifecycle: { ignoreChanges: ["spec[0].capacity"] },
    });
    const claim = new PersistentVolumeClaimV1(this, "claim", {
      metadata: { namespace: props.namespace, name: props.name },
      spec: {
        accessModes,
        storageClassName: props.diskClass.name,
        volumeName: volume.metadata.name,
        resources: { requests: size },
      },
      // A claim that names its volume is bound within seconds. If Terraform waited and timed out, it would taint the
      // claim, and the next apply would replace it.
      waitUntilBound: false,
    });
    this.claimName = claim.metadata.name;
  }

  /** The disk as a volume of its pod. */
  volume(name: string): Volume {
    return { name, persistentVolumeClaim: { claimName: this.claimName } };
  }
}
