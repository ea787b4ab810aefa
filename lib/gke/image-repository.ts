import type { Configuration } from "../config/schema/configuration";

/**
 * Where this deployment's own images live, without a closing slash: `<region>-docker.pkg.dev/<project>/<name>`.
 * A plain text: synth knows the images' names without asking Google.
 */
export function imageRepository({ name, google }: Configuration): string {
  return `${google.region}-docker.pkg.dev/${google.project}/${name}`;
}
