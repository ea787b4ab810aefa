import { stringify } from "yaml";
import type { SignerConfiguration } from "../lib/config/schema/configuration";
import type { BundleFile } from "./bundle-file";
import { unitFolder } from "./paths";

/** Where cloud-init puts the bundle. */
const folder = "/opt/tezos-signer";
/** Made when install.sh has gone through. */
const done = `${folder}/installed`;
const setupUnit = "tezos-signer-setup.service";

const header = `#cloud-config
# Sets a new Raspberry Pi up without a hand on it: the whole bundle, and then its install.sh.
# Copy it to the boot partition as user-data. To be able to log in, add your own:
# ssh_authorized_keys:
#   - ssh-ed25519 AAAA…
`;

/**
 * Runs install.sh at boot until it has gone through once: a power cut stops it, and so does a first boot without network
 * when packages are missing.
 */
const setup = `[Unit]
Description=Set-up of the Tezos signer
ConditionPathExists=!${done}
StartLimitIntervalSec=0

[Service]
# With all of root's rights: it installs packages, users and services. It never runs again after it has gone through.
Type=oneshot
ExecStart=${folder}/install.sh
ExecStart=touch ${done}
ExecStart=sync
Restart=on-failure
RestartSec=15

[Install]
WantedBy=multi-user.target
`;

/**
 * The bundle as cloud-init's user-data. cloud-init writes files once, and notes that it has begun to, not that it has
 * ended: so until the set-up is done bootcmd, which runs at each boot and before the rest, takes that note away.
 */
export function userData(signer: SignerConfiguration, files: readonly BundleFile[]): string {
  const forget = ["write_files", "runcmd", "scripts_user"].map((name) => `/var/lib/cloud/instance/sem/config_${name}`);
  const config = {
    hostname: signer.name,
    manage_etc_hosts: true,
    bootcmd: [["sh", "-c", `test -e ${done} || rm -f ${forget.join(" ")}`]],
    write_files: [
      ...files.map(({ path, mode, text }) => ({
        path: `${folder}/${path}`,
        permissions: `0${mode.toString(8)}`,
        content: text,
      })),
      { path: `${unitFolder}/${setupUnit}`, permissions: "0644", content: setup },
    ],
    runcmd: [
      ["systemctl", "daemon-reload"],
      ["systemctl", "enable", setupUnit],
      ["systemctl", "start", "--no-block", setupUnit],
    ],
  };
  return header + stringify(config, { lineWidth: 0, defaultStringType: "PLAIN", blockQuote: "literal" });
}
