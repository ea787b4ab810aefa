import { stringify } from "yaml";
import type { SignerConfiguration } from "../lib/config/schema/configuration";
import type { BundleFile } from "./bundle-file";
import { unitFolder } from "./paths";

/** Where cloud-init writes the bundle. */
const folder = "/opt/tezos-signer";
/** This file exists once install.sh has succeeded. */
const done = `${folder}/installed`;
const setupUnit = "tezos-signer-setup.service";

const header = `#cloud-config
# Sets up a new Raspberry Pi unattended: writes the whole bundle, then runs its install.sh.
# Copy this file to the boot partition as user-data. To be able to log in, add your own key:
# ssh_authorized_keys:
#   - ssh-ed25519 AAAA…
`;

/**
 * Runs install.sh at each boot until it has succeeded once. A power cut can interrupt it, and without a network it
 * fails if packages are missing.
 */
const setup = `[Unit]
Description=Setup of the Tezos signer
ConditionPathExists=!${done}
StartLimitIntervalSec=0

[Service]
# Not sandboxed: it installs packages, users and services. After it has succeeded once, it never runs again.
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
 * The bundle as user-data of cloud-init (https://docs.cloud-init.io/en/latest/reference/modules.html). cloud-init
 * writes files only once, and records that when it begins, not when it has finished. So until the setup has succeeded,
 * bootcmd, which runs first at each boot, deletes these records.
 */
export function userData(signer: SignerConfiguration, files: readonly BundleFile[]): string {
  const records = ["write_files", "runcmd", "scripts_user"].map((name) => `/var/lib/cloud/instance/sem/config_${name}`);
  const config = {
    hostname: signer.name,
    manage_etc_hosts: true,
    bootcmd: [["sh", "-c", `test -e ${done} || rm -f ${records.join(" ")}`]],
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
