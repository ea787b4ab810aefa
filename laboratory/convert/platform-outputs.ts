import { createHash } from "node:crypto";
import {
  expressions,
  References,
  type ReferenceValues,
  type TerraformBlock,
  type TerraformJson,
} from "./terraform-references";

/** The values that a stack reads from another stack's state. */
export interface RemoteState {
  /** By the output's name, as in the other stack's state. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** By reference, as kubernetesObjects() expects them. */
  readonly values: ReferenceValues;
}

/**
 * The values that `baker` reads from `platform`, with stand-ins for those that only Google knows: addresses of a test
 * network (https://datatracker.ietf.org/doc/html/rfc2544), ids and e-mail addresses in Google's format. Each depends only
 * on its resource's name, so that adding or removing other resources does not change it.
 *
 * @throws Error for a value without a stand-in, and for an output that platform doesn't have
 */
export function platformOutputs(baker: TerraformJson, platform: TerraformJson): RemoteState {
  const references = new References(platform, googleStandIns(platform));
  const taken = [...new Set(expressions(baker))].flatMap((expression) => {
    const name = /^data\.terraform_remote_state\.[\w-]+\.outputs\.([\w-]+)$/.exec(expression)?.[1];
    return name === undefined
      ? []
      : [{ expression, name, value: references.resolve(platform.output?.[name]?.["value"]) }];
  });
  const missing = taken.find(({ value }) => value === undefined);
  if (missing) throw new Error(`platform has no output ${missing.name}`);
  return {
    outputs: Object.fromEntries(taken.map(({ name, value }) => [name, value])),
    values: Object.fromEntries(taken.map(({ expression, value }) => [expression, value])),
  };
}

interface Provider {
  readonly project: string;
  readonly region: string;
}
type StandIn = (resource: TerraformBlock, provider: Provider) => string;

const computeLink = "https://www.googleapis.com/compute/v1";
const email: StandIn = (account, { project }) => `${account["account_id"]}@${project}.iam.gserviceaccount.com`;

/** The attributes that Google computes and that resources or outputs refer to, by type of resource. */
const computedByGoogle: Readonly<Record<string, Readonly<Record<string, StandIn>>>> = {
  google_artifact_registry_repository: { name: (repository) => String(repository["repository_id"]) },
  google_compute_address: {
    address: ({ name }) => {
      const [third, fourth] = createHash("sha256").update(String(name)).digest();
      return `198.19.${third}.${fourth}`;
    },
    self_link: ({ name }, { project, region }) =>
      `${computeLink}/projects/${project}/regions/${region}/addresses/${name}`,
  },
  google_compute_network: { id: ({ name }, { project }) => `projects/${project}/global/networks/${name}` },
  google_compute_subnetwork: {
    id: ({ name }, { project, region }) => `projects/${project}/regions/${region}/subnetworks/${name}`,
  },
  google_compute_disk: {
    id: (disk, { project }) => `projects/${project}/zones/${disk["zone"]}/disks/${disk["name"]}`,
  },
  google_compute_region_disk: {
    id: (disk, { project, region }) => `projects/${project}/regions/${disk["region"] ?? region}/disks/${disk["name"]}`,
  },
  google_container_cluster: {
    id: ({ name, location }, { project }) => `projects/${project}/locations/${location}/clusters/${name}`,
    "control_plane_endpoints_config[0].dns_endpoint_config[0].endpoint": (cluster) =>
      `gke-0123456789abcdef.${cluster["location"]}.gke.goog`,
  },
  google_monitoring_notification_channel: {
    id: ({ display_name }, { project }) => {
      const number = createHash("sha256").update(String(display_name)).digest().readUIntBE(0, 6);
      return `projects/${project}/notificationChannels/${number}`;
    },
  },
  google_secret_manager_secret: {
    id: (secret, { project }) => `projects/${project}/secrets/${secret["secret_id"]}`,
  },
  google_service_account: {
    email,
    member: (account, provider) => `serviceAccount:${email(account, provider)}`,
    name: (account, provider) => `projects/${provider.project}/serviceAccounts/${email(account, provider)}`,
  },
};

/** Stand-ins for all computed attributes that `platform` itself refers to, by reference. */
export function googleStandIns(platform: TerraformJson): ReferenceValues {
  const provider = platform.provider!["google"]![0] as unknown as Provider;
  const values = Object.entries(computedByGoogle).flatMap(([type, attributes]) =>
    Object.entries(platform.resource?.[type] ?? {}).flatMap(([name, resource]) =>
      Object.entries(attributes).map(([attribute, standIn]) => [
        `${type}.${name}.${attribute}`,
        standIn(resource, provider),
      ]),
    ),
  );
  return Object.fromEntries(values);
}

/** `platform` with every reference replaced by the value that Google would return. */
export function resolvedPlatform(platform: TerraformJson): TerraformJson {
  const { resource } = new References(platform, googleStandIns(platform)).resolve({
    resource: platform.resource ?? {},
  }) as TerraformJson;
  return { ...platform, resource };
}
