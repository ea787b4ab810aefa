import { PersistentVolumeClaimV1 } from "@cdktf/provider-kubernetes/lib/persistent-volume-claim-v1";
import { PersistentVolumeV1 } from "@cdktf/provider-kubernetes/lib/persistent-volume-v1";
import { StorageClassV1 } from "@cdktf/provider-kubernetes/lib/storage-class-v1";
import { Construct } from "constructs";
import type { Volume } from "./secure-pod";

const driver = "pd.csi.storage.gke.io";

/** The class of all disks here: none is ever deleted by Kubernetes. */
export class DiskClass extends Construct {
  readonly name: string;

  constructor(scope: Construct, id: string, props: { readonly name: string }) {
    super(scope, id);
    const storageClass = new StorageClassV1(this, "Resource", {
      metadata: { name: props.name },
      storageProvisioner: driver,
      parameters: { type: "pd-balanced" },
      // A deleted claim leaves its disk.
      reclaimPolicy: "Retain",
      // The disk is made in the zone where the scheduler wants the pod, not the other way round.
      volumeBindingMode: "WaitForFirstConsumer",
      allowVolumeExpansion: true,
    });
    this.name = storageClass.metadata.name;
  }
}

export interface RegionalDiskProps {
  readonly namespace: string;
  /** Name of the volume and of its claim. Volumes have no namespace: the name must be unique in the cluster. */
  readonly name: string;
  readonly diskClass: DiskClass;
  /** The disk in Google Cloud: projects/P/regions/R/disks/D. */
  readonly volumeHandle: string;
  readonly sizeGiB: number;
  /** The two zones that hold a copy. */
  readonly zones: string[];
}

/**
 * A disk that Terraform made (stack `platform`), for one pod. Made there and not by a claim, it outlives the claim, the
 * namespace and the cluster: the high watermarks on it are what keeps a baker from signing twice.
 */
export class RegionalDisk extends Construct {
  private readonly claimName: string;

  constructor(scope: Construct, id: string, props: RegionalDiskProps) {
    super(scope, id);
    const size = { storage: `${props.sizeGiB}Gi` };
    // One pod at most, by the API server's and scheduler's own word; ReadWriteOnce would let a second one on the same VM.
    const accessModes = ["ReadWriteOncePod"];
    const volume = new PersistentVolumeV1(this, "volume", {
      metadata: { name: props.name },
      spec: [
        {
          capacity: size,
          accessModes,
          storageClassName: props.diskClass.name,
          persistentVolumeReclaimPolicy: "Retain",
          // No other claim can ever be given this disk.
          claimRef: { namespace: props.namespace, name: props.name },
          persistentVolumeSource: { csi: { driver, volumeHandle: props.volumeHandle, fsType: "ext4" } },
          nodeAffinity: {
            required: {
              nodeSelectorTerm: [
                { matchExpressions: [{ key: "topology.gke.io/zone", operator: "In", values: props.zones }] },
              ],
            },
          },
        },
      ],
    });
    const claim = new PersistentVolumeClaimV1(this, "claim", {
      metadata: { namespace: props.namespace, name: props.name },
      spec: {
        accessModes,
        storageClassName: props.diskClass.name,
        volumeName: volume.metadata.name,
        resources: { requests: size },
      },
      // A claim that names its volume is bound within seconds. One that Terraform had waited for in vain would be tainted,
      // and replaced by the next apply.
      waitUntilBound: false,
    });
    this.claimName = claim.metadata.name;
  }

  volume(name: string): Volume {
    return { name, persistentVolumeClaim: { claimName: this.claimName } };
  }
}
