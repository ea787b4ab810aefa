import {
  expressions,
  References,
  type ReferenceValues,
  type TerraformBlock,
  type TerraformJson,
} from "./terraform-references";

/** What a stack takes from the state of another one. */
export interface RemoteState {
  /** By the output's name, as they stand in the other stack's state. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** By the text of the reference, as kubernetesObjects() wants them. */
  readonly values: ReferenceValues;
}

/**
 * What `baker` takes from `platform`, with stand-ins for what only Google knows: addresses of a network that is set
 * aside for documentation (RFC 5737), ids and e-mail addresses in Google's own form, of the names in the configuration.
 *
 * @throws Error for a value for which there is no stand-in
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
type StandIn = (resource: TerraformBlock, index: number, provider: Provider) => string;

/** What Google makes up, by type of resource and by attribute. */
const madeByGoogle: Readonly<Record<string, Readonly<Record<string, StandIn>>>> = {
  google_compute_address: { address: (_, index) => `203.0.113.${index + 1}` },
  google_compute_region_disk: {
    id: (disk, _, { project, region }) =>
      `projects/${project}/regions/${disk["region"] ?? region}/disks/${disk["name"]}`,
  },
  google_container_cluster: {
    "control_plane_endpoints_config[0].dns_endpoint_config[0].endpoint": (cluster) =>
      `gke-0123456789abcdef.${cluster["location"]}.gke.goog`,
  },
  google_secret_manager_secret: {
    id: (secret, _, { project }) => `projects/${project}/secrets/${secret["secret_id"]}`,
  },
  google_service_account: {
    email: (account, _, { project }) => `${account["account_id"]}@${project}.iam.gserviceaccount.com`,
  },
};

function googleStandIns(platform: TerraformJson): ReferenceValues {
  const provider = platform.provider!["google"]![0] as unknown as Provider;
  const values = Object.entries(madeByGoogle).flatMap(([type, attributes]) =>
    Object.entries(platform.resource?.[type] ?? {}).flatMap(([name, resource], index) =>
      Object.entries(attributes).map(([attribute, standIn]) => [
        `${type}.${name}.${attribute}`,
        standIn(resource, index, provider),
      ]),
    ),
  );
  return Object.fromEntries(values);
}
