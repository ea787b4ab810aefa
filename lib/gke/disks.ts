import { ComputeRegionDisk } from "@cdktf/provider-google/lib/compute-region-disk";
import { Construct } from "constructs";
import type { ProjectServices } from "./services";

export interface BakerDiskProps {
  readonly name: string;
  /** Name of the baker, for those who meet the disk in Google's console. */
  readonly baker: string;
  readonly sizeGiB: number;
  /** The two zones that hold a copy. */
  readonly zones: string[];
  readonly services: ProjectServices;
}

/**
 * A baker's disk, written to two zones at once, so that it follows the pod from one to the other.
 *
 * Made here and bound by name, not by a StorageClass: it outlives the claim, the namespace and the cluster, and with it
 * the chain, the baker's high watermarks and its nonces.
 *
 * There are no scheduled snapshots, on purpose: a baker that is started on an older state has forgotten what it signed
 * since then, and may sign it again differently. What is lost with a disk is better synchronised anew.
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
      // SSD. Half of pd-ssd's price; at 200 GiB its 1,200 IOPS carry a rolling node.
      type: "pd-balanced",
      lifecycle: { preventDestroy: true },
      dependsOn: [...props.services.enabled],
    });
    this.volumeHandle = disk.id;
  }
}
