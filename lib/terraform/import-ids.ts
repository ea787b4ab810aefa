/** Where the resources of a stack are that don't name a project or region themselves: the provider's settings. */
export interface ProviderDefaults {
  readonly project: string;
  readonly region: string;
}

/** The arguments of a resource, as in a plan's JSON or in cdk.tf.json, with references resolved. */
export type ResourceValues = Readonly<Record<string, unknown>>;

/** @param text an argument's value; throws Unknown where it is not known */
type ImportId = (text: (name: string) => string, provider: ProviderDefaults) => string;

class Unknown extends Error {}

const regional =
  (collection: string): ImportId =>
  (text, { project, region }) =>
    `projects/${project}/regions/${region}/${collection}/${text("name")}`;
const global =
  (collection: string): ImportId =>
  (text, { project }) =>
    `projects/${project}/global/${collection}/${text("name")}`;
/** The name at the end of a path such as projects/P/zones/Z; "" for anything but text. */
export const lastPart = (path: unknown): string =>
  typeof path === "string" ? path.slice(path.lastIndexOf("/") + 1) : "";

/**
 * By type. Google's are in the section "Import" of each resource's page:
 * https://registry.terraform.io/providers/hashicorp/google/latest/docs
 */
const googleIds: Readonly<Record<string, ImportId>> = {
  google_artifact_registry_repository: (text, { project }) =>
    `projects/${project}/locations/${text("location")}/repositories/${text("repository_id")}`,
  google_artifact_registry_repository_iam_member: (text, { project }) =>
    `projects/${project}/locations/${text("location")}/repositories/${lastPart(text("repository"))} ${text("role")} ${text("member")}`,
  google_compute_address: regional("addresses"),
  google_compute_disk: (text, { project }) => `projects/${project}/zones/${text("zone")}/disks/${text("name")}`,
  google_compute_firewall: global("firewalls"),
  google_compute_network: global("networks"),
  google_compute_region_disk: regional("disks"),
  google_compute_router: regional("routers"),
  google_compute_router_nat: (text, { project, region }) =>
    `projects/${project}/regions/${region}/routers/${lastPart(text("router"))}/${text("name")}`,
  google_compute_subnetwork: regional("subnetworks"),
  google_container_cluster: (text, { project }) =>
    `projects/${project}/locations/${text("location")}/clusters/${text("name")}`,
  google_container_node_pool: (text, { project }) =>
    `${project}/${text("location")}/${lastPart(text("cluster"))}/${text("name")}`,
  google_project_iam_member: (text, { project }) => `${project} ${text("role")} ${text("member")}`,
  google_project_service: (text, { project }) => `${project}/${text("service")}`,
  google_secret_manager_secret: (text, { project }) => `projects/${project}/secrets/${text("secret_id")}`,
  google_secret_manager_secret_iam_binding: (text, { project }) =>
    `projects/${project}/secrets/${lastPart(text("secret_id"))} ${text("role")}`,
  google_service_account: (text, { project }) =>
    `projects/${project}/serviceAccounts/${text("account_id")}@${project}.iam.gserviceaccount.com`,
  google_service_account_iam_binding: (text) => `${text("service_account_id")} ${text("role")}`,
};

/** Types whose names Google makes up when it creates them, so that only a search by display name finds them. */
export const namedByGoogle: ReadonlySet<string> = new Set([
  "google_monitoring_alert_policy",
  "google_monitoring_notification_channel",
]);

/**
 * The id with which `terraform import` finds an existing object.
 *
 * @returns undefined where the arguments don't say it: a reference to something that doesn't exist yet, a name that
 *   Google makes up (`namedByGoogle`), or a type that no stack of this project uses
 */
export function importId(type: string, values: ResourceValues, provider: ProviderDefaults): string | undefined {
  const own = (name: string) => (typeof values[name] === "string" ? values[name] : undefined);
  const text = (name: string): string => {
    const value = own(name);
    if (value === undefined) throw new Unknown(name);
    return value;
  };
  if (type.startsWith("kubernetes_")) return kubernetesId(values);
  const project = own("project") ?? provider.project;
  const region = lastPart(own("region") ?? provider.region);
  try {
    return googleIds[type]?.(text, { project, region });
  } catch (error) {
    if (error instanceof Unknown) return undefined;
    throw error;
  }
}

/** NAMESPACE/NAME or NAME; https://registry.terraform.io/providers/hashicorp/kubernetes/latest/docs#import */
function kubernetesId(values: ResourceValues): string | undefined {
  const manifest = first(values["manifest"]);
  const { namespace, name } = first(manifest?.["metadata"] ?? values["metadata"]) ?? {};
  if (typeof name !== "string") return undefined;
  if (manifest) {
    const { apiVersion, kind } = manifest;
    return `apiVersion=${apiVersion},kind=${kind},${namespace ? `namespace=${namespace},` : ""}name=${name}`;
  }
  return namespace ? `${namespace}/${name}` : name;
}

/** A block is an object in cdk.tf.json, and a list with one in a plan. */
function first(block: unknown): ResourceValues | undefined {
  const value = Array.isArray(block) ? block[0] : block;
  return typeof value === "object" && value !== null ? value : undefined;
}
