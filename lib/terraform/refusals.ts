import { Address4 } from "ip-address";

/** The attributes of a resource before or after a change. Those that are only known after the apply are missing. */
export type Attributes = Readonly<Record<string, unknown>>;

/**
 * Why Google or Kubernetes would refuse to change an existing resource like this, which Terraform doesn't know: without
 * it, an apply would stop half-way.
 * @returns sentences, without the resource's address; empty if nothing speaks against the change
 */
export function impossibleChange(type: string, before: Attributes, after: Attributes): string[] {
  const project = type.startsWith("google_") ? projectChange(before, after) : [];
  return [...project, ...(impossible[type]?.(before, after) ?? [])];
}

const impossible: Readonly<Record<string, (before: Attributes, after: Attributes) => string[]>> = {
  google_compute_subnetwork: (before, after) => [...nodesRange(before, after), ...secondaryRanges(before, after)],
  google_compute_region_disk: (before, after) => shrinkage(before["size"], after["size"]),
  google_compute_disk: (before, after) => shrinkage(before["size"], after["size"]),
  kubernetes_persistent_volume_claim_v1: (before, after) => shrinkage(requestOf(before), requestOf(after)),
  kubernetes_stateful_set_v1: (before, after) => shrinkage(templateRequest(before), templateRequest(after)),
};

/** Terraform would move what states its project, such as the VMs' roles, and leave everything else where it is. */
function projectChange({ project: from }: Attributes, { project: to }: Attributes): string[] {
  if (typeof from !== "string" || typeof to !== "string" || from === to) return [];
  return [
    `nothing can move from project ${from} to ${to}. Set google.project back, or use another name for a second farm.`,
  ];
}

/** https://cloud.google.com/vpc/docs/create-modify-vpc-networks#expand-subnet */
function nodesRange({ ip_cidr_range: from }: Attributes, { ip_cidr_range: to }: Attributes): string[] {
  if (typeof from !== "string" || typeof to !== "string" || new Address4(from).isInSubnet(new Address4(to))) return [];
  return [
    `a subnetwork's range can only grow, and ${to} doesn't contain ${from}. Set google.ranges.nodes back to ${from}.`,
  ];
}

/** Google refuses to change or remove a secondary range that a cluster uses. */
function secondaryRanges(before: Attributes, after: Attributes): string[] {
  const later = new Map(
    list(after["secondary_ip_range"]).map((range) => [range["range_name"], range["ip_cidr_range"]]),
  );
  return list(before["secondary_ip_range"]).flatMap(({ range_name: name, ip_cidr_range: range }) =>
    later.get(name) === range
      ? []
      : [`Google changes no range that a cluster uses. Set google.ranges.${String(name)} back to ${String(range)}.`],
  );
}

/** @param from a size in GiB, or as Kubernetes writes it */
function shrinkage(from: unknown, to: unknown): string[] {
  const [old, wanted] = [gibibytes(from), gibibytes(to)];
  if (old === undefined || wanted === undefined || wanted >= old) return [];
  return [`a disk can't shrink from ${old} to ${wanted} GiB. Set its diskGiB to ${old} or more.`];
}

/** https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
const unitBytes: Readonly<Record<string, number>> = {
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18, // prettier-ignore
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60, // prettier-ignore
};

function gibibytes(size: unknown): number | undefined {
  if (typeof size === "number") return size;
  const [, digits, unit = ""] = /^(\d+(?:\.\d+)?)([a-zA-Z]*)$/.exec(typeof size === "string" ? size : "") ?? [];
  const bytes = unitBytes[unit];
  return digits === undefined || bytes === undefined ? undefined : (Number(digits) * bytes) / 2 ** 30;
}

const requestOf = (claim: Attributes) => {
  const [spec] = list(claim["spec"]);
  const [resources] = list(spec?.["resources"]);
  return record(resources?.["requests"])["storage"];
};
const templateRequest = (statefulSet: Attributes) => {
  const [spec] = list(statefulSet["spec"]);
  const [template] = list(spec?.["volume_claim_template"]);
  return template && requestOf(template);
};

/** An object of a plan, or an empty one for anything else. */
export const record = (value: unknown): Attributes =>
  typeof value === "object" && value !== null ? (value as Attributes) : {};
/** A list of blocks of a plan, or an empty one for anything else. */
export const list = (value: unknown): Attributes[] => (Array.isArray(value) ? value.map(record) : []);
