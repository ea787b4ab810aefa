import type { StateResource } from "../deploy/state";

/** What stays unless its name is typed. */
export interface Staying {
  readonly address: string;
  readonly name: string;
  /** What it is, for people. */
  readonly what: string;
  /** What is lost with it. */
  readonly loss: string;
  /** What it goes on costing. */
  readonly cost: string;
}

/**
 * Types that stay, in the order in which their deletion is offered: disks last.
 * Prices: https://cloud.google.com/compute/disks-image-pricing and https://cloud.google.com/vpc/network-pricing
 */
const kinds: Readonly<
  Record<
    string,
    (values: StateResource["values"]) => { readonly what: string; readonly loss: string; readonly cost: string }
  >
> = {
  google_secret_manager_secret: () => ({
    what: "secret",
    loss: "its versions are lost: the Raspberry Pis need another host key then, or a baker another authentication key",
    cost: "some cents a month",
  }),
  google_compute_address: ({ address, description }) => ({
    what: `address ${String(address)}`,
    loss: `it is given to somebody else, and can't be had again. ${String(description ?? "")}`.trim(),
    cost: "about 7 $ a month while nothing uses it",
  }),
  google_compute_disk: diskKind(0.1),
  google_compute_region_disk: diskKind(0.2),
};

/** @param price of a GiB a month, in dollars: a regional disk has two replicas */
function diskKind(price: number) {
  return ({ size, description }: StateResource["values"]) => ({
    what: `disk of ${String(size)} GiB`,
    loss: `${String(description ?? "")} Without the high watermarks, a baker that starts with the same key can sign twice`.trim(),
    cost: `about ${Math.round(Number(size) * price)} $ a month`,
  });
}

/** What of a state stays. */
export function stayingOf(resources: readonly StateResource[]): Staying[] {
  const order = Object.keys(kinds);
  return resources
    .filter(({ type }) => type in kinds)
    .sort((a, b) => order.indexOf(a.type) - order.indexOf(b.type))
    .map(({ address, type, values }) => ({
      address,
      name: String(values["name"] && type !== "google_secret_manager_secret" ? values["name"] : values["secret_id"]),
      ...kinds[type]!(values),
    }));
}

/** A disk, as gcloud describes it. */
export interface VolumeDisk {
  readonly name: string;
  readonly zone?: string;
  readonly region?: string;
  readonly description?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/**
 * Whether Kubernetes made a disk for a claim in the namespace of this name, in the cluster of this name. Google's CSI driver
 * writes the claim into the description:
 * https://github.com/kubernetes-sigs/gcp-compute-persistent-disk-csi-driver/blob/master/pkg/common/parameters.go
 */
export function isVolumeOf({ description = "", labels }: VolumeDisk, name: string): boolean {
  const cluster = labels?.["goog-k8s-cluster-name"] ?? name;
  return description.includes(`"kubernetes.io/created-for/pvc/namespace":"${name}"`) && cluster === name;
}

/** Whether resources of this type stay. */
export const stays = (type: string): boolean => type in kinds;
