import type { Configuration } from "../schema/configuration";

/** The image of the Octez programs, as pods name it. tezos-bare has no entrypoint script that would interpret the command. */
export function octezImage(configuration: Configuration): string {
  return mirroredImage(configuration, octezReference(configuration));
}

/** The image of HAProxy, as pods name it. */
export function haproxyImage(configuration: Configuration): string {
  return mirroredImage(configuration, configuration.tezos.images.haproxy);
}

const octezReference = ({ tezos }: Configuration): string =>
  tezos.images.octez ?? `tezos/tezos-bare:octez-v${tezos.octezVersion}`;

/**
 * The repository of this deployment's own images, without a trailing slash: `<region>-docker.pkg.dev/<project>/<name>`.
 * A plain string rather than a token, so that synth can print the images' names.
 */
export function imageRepository({ name, google }: Configuration): string {
  return repositoryAddress(google, name);
}

/** A repository in Artifact Registry that passes on, and keeps, the images of a registry on the internet. */
export interface ImageMirror {
  /** Host name of that registry, such as docker.io. */
  readonly registry: string;
  /** The registry in letters, digits and hyphens, such as docker-io; different for each. */
  readonly id: string;
  /** Id of the repository, such as my-baker-docker-io. */
  readonly repository: string;
}

/** The mirrors of the registries from which the configuration's images come, without duplicates. */
export function imageMirrors(configuration: Configuration): ImageMirror[] {
  const references = [octezReference(configuration), configuration.tezos.images.haproxy];
  const registries = new Set(references.map((reference) => upstreamOf(reference).registry));
  return [...registries].filter(isOnTheInternet).map((registry) => mirrorOf(configuration, registry));
}

/**
 * The name under which VMs pull an image: that of its copy in the mirror of its registry, with the same tag and digest.
 * VMs then need neither Cloud NAT nor a registry that limits pulls by address. Google's own registries need no mirror.
 */
function mirroredImage(configuration: Configuration, reference: string): string {
  const { registry, path } = upstreamOf(reference);
  if (!isOnTheInternet(registry)) return reference;
  return `${repositoryAddress(configuration.google, mirrorOf(configuration, registry).repository)}/${path}`;
}

function mirrorOf({ name }: Configuration, registry: string): ImageMirror {
  // A hyphen is doubled, so that a.example.com and a-example.com differ.
  const id = registry.replaceAll("-", "--").replace(/[^a-z0-9-]/g, "-");
  // https://cloud.google.com/artifact-registry/docs/repositories/create-repos
  return { registry, id, repository: `${name}-${id}`.slice(0, 63).replace(/-$/, "") };
}

/**
 * The registry of an image, and its path there. A reference without a host name is one of Docker Hub, and one without a
 * slash an image that Docker itself publishes there.
 * https://github.com/distribution/reference/blob/main/normalize.go
 */
function upstreamOf(reference: string): { readonly registry: string; readonly path: string } {
  const [, host, rest = reference] = /^([^/]*[.:][^/]*)\/(.*)$/.exec(reference) ?? [];
  if (host !== undefined && !dockerHubHosts.includes(host)) return { registry: host, path: rest };
  return { registry: dockerHub, path: rest.includes("/") ? rest : `library/${rest}` };
}

/** Docker Hub, by the name that references use. */
export const dockerHub = "docker.io";
const dockerHubHosts = [dockerHub, "index.docker.io", "registry-1.docker.io"];

const isOnTheInternet = (registry: string) => !/(^|\.)(gcr\.io|pkg\.dev)$/.test(registry);

const repositoryAddress = ({ region, project }: Configuration["google"], repository: string) =>
  `${region}-docker.pkg.dev/${project}/${repository}`;
