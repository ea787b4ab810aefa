/**
 * List prices in US dollars for a month of 730 hours, without discounts: as Google's billing catalogue gave them on
 * `pricesAsOf`, for the region us-central1. To renew the table, read each price again on the pages below, and set the date.
 *
 * https://cloud.google.com/compute/vm-instance-pricing
 * https://cloud.google.com/compute/disks-image-pricing
 * https://cloud.google.com/kubernetes-engine/pricing
 * https://cloud.google.com/vpc/network-pricing
 * https://cloud.google.com/nat/pricing
 * https://cloud.google.com/stackdriver/pricing
 * https://cloud.google.com/artifact-registry/pricing
 * https://cloud.google.com/secret-manager/pricing
 */
export const pricesAsOf = "2026-07-30";

export const hoursPerMonth = 730;

/** A vCPU and a GiB of memory of a VM, by machine family. Custom types of n2 and n2d cost 5 % more, those of e2 nothing. */
export const vmPrices: Readonly<Record<string, { readonly cpu: number; readonly memoryGiB: number }>> = {
  e2: { cpu: 0.02181159 * hoursPerMonth, memoryGiB: 0.00292353 * hoursPerMonth },
  n2: { cpu: 0.031611 * hoursPerMonth, memoryGiB: 0.004237 * hoursPerMonth },
  n2d: { cpu: 0.027502 * hoursPerMonth, memoryGiB: 0.003686 * hoursPerMonth },
  t2d: { cpu: 0.027502 * hoursPerMonth, memoryGiB: 0.003686 * hoursPerMonth },
};
/** What a custom machine type of these families costs more than a predefined one with the same vCPUs and memory. */
export const customTypeFactor: Readonly<Record<string, number>> = { n2: 1.05, n2d: 1.05 };
/** The vCPUs for which the shared-core types are charged. */
export const chargedSharedCores: Readonly<Record<string, number>> = {
  "e2-micro": 0.25,
  "e2-small": 0.5,
  "e2-medium": 1,
};

/** A GiB of a disk of type pd-balanced. */
export const diskPrices = { zonal: 0.1, regional: 0.2 } as const;

export const prices = {
  /** The management of a cluster, zonal or regional. */
  cluster: 73,
  /** The credit of a billing account, for the management of zonal and Autopilot clusters only. */
  clusterCredit: 74.4,
  /** The first five forwarding rules, together. */
  firstForwardingRules: 18.25,
  /** Each further one. */
  forwardingRule: 7.3,
  /** The number of forwarding rules that the first price covers. */
  forwardingRulesIncluded: 5,
  /** A GiB that a load balancer's forwarding rules process. */
  forwardingRuleGiB: 0.008,
  /** An external address in use: a reserved one, Cloud NAT's, or a VM's own. */
  address: 3.65,
  /** Cloud NAT for each VM that uses it. */
  natVm: 1.02,
  /** A GiB that Cloud NAT translates, in both directions. */
  natGiB: 0.045,
  /** A GiB from a VM to the internet, up to 1 TiB a month, to most of the world. */
  egressGiB: 0.12,
  /** A million samples that managed Prometheus stores. */
  millionSamples: 0.06,
  /** A condition of an alerting policy. Google has announced 0.10 to 1.50. */
  alertCondition: 0.1,
  /** A GiB of logs, after the free ones. */
  logGiB: 0.5,
  freeLogGiB: 50,
  /** A GiB of VPC flow logs, of which none is free. */
  flowLogGiB: 0.25,
  /** A GiB of images in Artifact Registry, after the free ones. */
  imageGiB: 0.1,
  freeImageGiB: 0.5,
  /** A version of a secret, after the free ones of the billing account. */
  secretVersion: 0.06,
  freeSecretVersions: 6,
} as const;

/**
 * How much more VMs and disks cost elsewhere: an E2 VM's list price there, divided by that in us-central1, as of March
 * 2025. For disks this is an estimate. All else costs the same everywhere, or nearly so.
 */
const regionFactors: Readonly<Record<string, number>> = {
  "africa-south1": 1.31, "asia-east1": 1.16, "asia-east2": 1.4, "asia-northeast1": 1.28, "asia-northeast2": 1.28,
  "asia-northeast3": 1.28, "asia-south1": 1.2, "asia-south2": 1.2, "asia-southeast1": 1.23, "asia-southeast2": 1.34,
  "australia-southeast1": 1.42, "australia-southeast2": 1.21, "europe-central2": 1.29, "europe-north1": 1.1,
  "europe-north2": 1.05, "europe-southwest1": 1.18, "europe-west1": 1.1, "europe-west2": 1.29, "europe-west3": 1.29,
  "europe-west4": 1.1, "europe-west6": 1.4, "europe-west8": 1.16, "europe-west9": 1.16, "europe-west10": 1.54,
  "europe-west12": 1.29, "me-central1": 1.22, "me-central2": 1.6, "me-west1": 1.1, "northamerica-northeast1": 1.1,
  "northamerica-northeast2": 1.1, "northamerica-south1": 1.09, "southamerica-east1": 1.59, "southamerica-west1": 1.43,
  "us-central1": 1, "us-east1": 1, "us-east4": 1.13, "us-east5": 1, "us-south1": 1.18, "us-west1": 1, "us-west2": 1.2,
  "us-west3": 1.2, "us-west4": 1.13,
}; // prettier-ignore
/** For a region that is not in the list: about the mean of those that are. */
const otherRegionsFactor = 1.2;

export const regionFactor = (region: string): number => regionFactors[region] ?? otherRegionsFactor;
