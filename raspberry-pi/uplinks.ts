import type { Configuration, SignerConfiguration } from "../lib/config/schema/configuration";
import { settingsFolder, scriptFolder } from "./paths";
import { forwarderAddresses } from "./tunnels";
import { environmentFile } from "./environment-file";
import { serviceUnit } from "./unit";

/** The settings of the script that keeps a routing table for each uplink. */
export const uplinksEnvironment = (configuration: Configuration, signer: SignerConfiguration): string =>
  environmentFile({
    UPLINKS: signer.uplinks.map((uplink) => uplink.name).join(" "),
    FORWARDERS: forwarderAddresses(configuration).join(" "),
  });

export const uplinksUnit = (): string =>
  serviceUnit({
    description: "Routes of the Tezos signer's uplinks",
    unit: ["After=network-pre.target", "StartLimitIntervalSec=0"],
    service: [
      "Type=exec",
      "DynamicUser=yes",
      `EnvironmentFile=${settingsFolder}/uplinks.env`,
      "# Tells the tunnels which uplinks are up.",
      "RuntimeDirectory=tezos-uplinks",
      "RuntimeDirectoryMode=0755",
      `ExecStart=${scriptFolder}/uplinks`,
      "Restart=always",
      "RestartSec=1",
    ],
    allowed: {
      // Routes and rules are set through netlink, and need this one capability.
      capabilities: ["CAP_NET_ADMIN"],
      addressFamilies: ["AF_NETLINK", "AF_UNIX"],
      addresses: [],
    },
  });

/** Kernel settings of the uplinks. systemd applies them again to an interface that comes later. */
export function uplinksSysctl(signer: SignerConfiguration): string {
  const lines = signer.uplinks.flatMap(({ name }) => [
    `net.ipv4.conf.${name}.rp_filter = 2`,
    `net.ipv4.conf.${name}.arp_ignore = 1`,
    `net.ipv4.conf.${name}.arp_announce = 2`,
  ]);
  return `# rp_filter 2: an answer that comes in by an uplink that is not the default route is no forgery.
# arp_*: with two uplinks in one network, each answers for its own address only.
${lines.join("\n")}
`;
}
