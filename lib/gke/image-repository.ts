import type { Configuration } from "../config/schema/configuration";

/**
 * The repository of this deployment's own images, without a trailing slash: `<region>-docker.pkg.dev/<project>/<name>`.
 * A plain string rather than a token, so that synth can print the images' names.
 */
export function imageRepository({ name, google }: Configuration): string {
  return `${google.region}-docker.pkg.dev/${google.project}/${name}`;
}
