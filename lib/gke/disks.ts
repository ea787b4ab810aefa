import { ComputeRegionDisk } from "@cdktf/provider-google/lib/compute-region-disk";
import { Construct } from "constructs";
import type { ProjectServices } from "./services";

export interface BakerDiskProps {
  readonly name: string;
  /** Name of the baker, shown in Google's console as part of the description. */
  readonly baker: string;
  readonly sizeGiB: number;
  /** The two zones with a replica each. */
  readonly zones: string[];
  readonly services: ProjectServices;
}

/**
 * A baker's disk. It is replicated to two zones synchronously, so it can be attached in either zone.
 * https://cloud.google.com/compute/docs/disks/regional-persistent-disk
 *
 * Created here and bound by name instead of by a StorageClass: so the disk, with the chain, the baker's high watermarks
 * and its nonces, outlives the claim, the namespace and the cluster.
 *
 * Deliberately without scheduled snapshots: a baker that starts from an older state has forgotten what it has signed
 * since, and may sign something that conflicts with it. After the loss of a disk, synchronise the chain again instead.
 */
export class BakerDisk extends Construct {
  /** `projects/P/regions/R/disks/D`, which is also the volume handle of Google's CSI driver; a token. */
  readonly volumeHandle: string;

  constructor(scope: Construct, id: string, props: BakerDiskProps) {
    super(scope, id);
    const disk = new ComputeRegionDisk(this, "Resource", {
      name: props.name,
      description: `octez-node's data, wallet, high watermarks and nonces of baker ${props.baker}.`,
      size: props.sizeGiB,
      replicaZones: props.zones,
      // SSD at about half the price of pd-ssd. At 200 GiB its 1,200 IOPS (6 per GiB) are enough for a rolling node.
      // https://cloud.google.com/compute/docs/disks/performance
      type: "pd-balanced",
      lifecycle: { preventDestroy: true },
      dependsOn: [...props.services.enabled],
    });
    this.volumeHandle = disk.id;
  }
}
