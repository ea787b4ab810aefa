import { fullReference, type ImageArchive } from "../cluster/images";
import type { Laboratory } from "../cluster/laboratory";
import type { Registry } from "../cluster/registry";
import { bakingPodImages } from "../stand-ins/octez-images";
import { synthesise } from "../synthesis";
import type { Configuration } from "../../lib/config/schema/configuration";

/**
 * Pushes stand-ins for the third-party images of a configuration, by all names that its pods use for them. What this
 * project builds itself is not among them: a person pushes that.
 */
export async function pushStandIns(lab: Laboratory, registry: Registry, configuration: Configuration): Promise<void> {
  const [octez, haproxy] = bakingPodImages(lab, configuration) as [ImageArchive, ImageArchive];
  const references = JSON.stringify(synthesise(configuration).baker).match(/(?<="image":")[^"$]+/g) ?? [];
  for (const reference of new Set(references)) {
    if (reference.includes("/signer-forwarder:") || !reference.includes(":")) continue;
    const { file } = reference.includes("haproxy") ? haproxy : octez;
    await registry.push({ file, reference: fullReference(reference) });
  }
}
