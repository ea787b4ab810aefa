import { stringify } from "yaml";
import type { SignerConfiguration } from "../lib/config/schema";
import type { BundleFile } from "./bundle-file";

/** Where cloud-init puts the bundle. */
const folder = "/opt/tezos-signer";

const header = `#cloud-config
# Sets a new Raspberry Pi up without a hand on it: the whole bundle, and then its install.sh.
# Copy it to the boot partition as user-data. To be able to log in, add your own:
# ssh_authorized_keys:
#   - ssh-ed25519 AAAA…
`;

/** The bundle as cloud-init's user-data. */
export function userData(signer: SignerConfiguration, files: readonly BundleFile[]): string {
  const config = {
    hostname: signer.name,
    write_files: files.map(({ path, mode, text }) => ({
      path: `${folder}/${path}`,
      permissions: `0${mode.toString(8)}`,
      content: text,
    })),
    runcmd: [[`${folder}/install.sh`]],
  };
  return header + stringify(config, { lineWidth: 0, defaultStringType: "PLAIN", blockQuote: "literal" });
}
