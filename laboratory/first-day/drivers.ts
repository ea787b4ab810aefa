import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Laboratory } from "../cluster/laboratory";
import type { GoogleStandIn } from "../google/stand-in";
import type { CsiDriver } from "../stand-ins/csi/csi-driver";
import { standInFolder } from "../stand-ins/octez-images";

/** Where a stand-in for a disk of Google's keeps its content. */
export const diskFolder = (lab: Laboratory, disk: string): string => join(lab.folder, "disks", basename(disk));

/** Persistent disks: folders of this host, for disks that exist at Google. */
export const diskDriver = (lab: Laboratory, google: GoogleStandIn): CsiDriver => ({
  name: "pd.csi.storage.gke.io",
  shortName: "pd",
  ephemeral: false,
  folder: ({ handle }) => {
    if (!google.resources.has(`compute/${handle}`)) throw new Error(`the disk ${handle} was not found`);
    const folder = diskFolder(lab, handle);
    if (!existsSync(folder)) {
      // Octez' stand-ins record in this folder what they do.
      mkdirSync(join(folder, standInFolder), { recursive: true });
      chmodSync(join(folder, standInFolder), 0o777);
    }
    return folder;
  },
});

/** Secret Manager's add-on: files with the latest versions of the secrets that a SecretProviderClass names. */
export const secretDriver = (lab: Laboratory, google: GoogleStandIn): CsiDriver => ({
  name: "secrets-store-gke.csi.k8s.io",
  shortName: "secrets",
  ephemeral: true,
  folder: async ({ handle, attributes }) => {
    const namespace = attributes["csi.storage.k8s.io/pod.namespace"]!;
    const { spec } = lab.controlPlane.get(["-n", namespace, "secretproviderclass", attributes["secretProviderClass"]!]);
    const folder = join(lab.folder, "secrets", basename(handle));
    mkdirSync(folder, { recursive: true });
    // The driver reads YAML. What this project writes is JSON, too.
    const secrets: { resourceName: string; path: string }[] = JSON.parse(spec.parameters.secrets);
    for (const { resourceName, path } of secrets) {
      const response = await fetch(`${google.url}/secretmanager/v1/${resourceName}:access`);
      const { error, payload } = (await response.json()) as { error?: { message: string }; payload?: { data: string } };
      if (!payload) throw new Error(`failed to access the secret: ${error?.message}`);
      writeFileSync(join(folder, path), Buffer.from(payload.data, "base64"), { mode: 0o644 });
    }
    return folder;
  },
});
