import { ComputeDisk } from "@cdktf/provider-google/lib/compute-disk";
import { ComputeRegionDisk } from "@cdktf/provider-google/lib/compute-region-disk";
import { Construct } from "constructs";
import type { ProjectServices } from "./services";

export interface BakerDiskProps {
  readonly name: string;
  /** Name of the baker, shown in Google's console as part of the description. */
  readonly baker: string;
  readonly sizeGiB: number;
  /** Its zone, or two zones with a replica each. */
  readonly zones: string[];
  readonly services: ProjectServices;
}

/**
 * A baker's disk. With two zones it is replicated synchronously, so it can be attached in either of them.
 * https://cloud.google.com/compute/docs/disks/regional-persistent-disk
 *
 * Created here and bound by name instead of by a StorageClass: so the disk, with the chain, the baker's high watermarks
 * and its nonces, outlives the claim, the namespace and the cluster.
 *
 * Deliberately without scheduled snapshots: a baker that starts from an older state has forgotten what it has signed
 * since, and may sign something that conflicts with it. After the loss of a disk, synchronise the chain again instead.
 */
export class BakerDisk extends Construct {
  /** `projects/P/regions/R/disks/D` or `projects/P/zones/Z/disks/D`, the volume handle of Google's CSI driver; a token. */
  readonly volumeHandle: string;

  constructor(scope: Construct, id: string, props: BakerDiskProps) {
    super(scope, id);
    const [first = "", second] = props.zones;
    const settings = {
      name: props.name,
      description: `octez-node's data, wallet, high watermarks and nonces of baker ${props.baker}.`,
      size: props.sizeGiB,
      // SSD at about half the price of pd-ssd. Its 3,000 IOPS, and 6 more per GiB, are enough for a rolling node.
      // https://cloud.google.com/compute/docs/disks/performance
      type: "pd-balanced",
      lifecycle: { preventDestroy: true },
      dependsOn: [...props.services.enabled],
    };
    const disk =
      second === undefined
        ? new ComputeDisk(this, "Resource", { ...settings, zone: first })
        : new ComputeRegionDisk(this, "Resource", { ...settings, replicaZones: [first, second] });
    this.volumeHandle = disk.id;
  }
}
