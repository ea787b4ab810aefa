import type { Configuration, SignerConfiguration } from "../lib/config/schema/configuration";
import { settingsFolder, scriptFolder } from "./paths";
import { forwarderAddresses } from "./tunnels";
import { environmentFile } from "./environment-file";
import { serviceUnit } from "./unit";

/** The settings of tezos-uplinks, which keeps a routing table for each uplink. */
export const uplinksEnvironment = (configuration: Configuration, signer: SignerConfiguration): string =>
  environmentFile({
    UPLINKS: signer.uplinks.map((uplink) => uplink.name).join(" "),
    FORWARDERS: forwarderAddresses(configuration).join(" "),
  });

/** The unit of tezos-uplinks. */
export const uplinksUnit = (): string =>
  serviceUnit({
    description: "Routes of the Tezos signer's uplinks",
    unit: ["After=network-pre.target", "StartLimitIntervalSec=0"],
    service: [
      "Type=exec",
      "DynamicUser=yes",
      `EnvironmentFile=${settingsFolder}/uplinks.env`,
      "# Has a file for each uplink that is up; the tunnels wait for it.",
      "RuntimeDirectory=tezos-uplinks",
      "RuntimeDirectoryMode=0755",
      `ExecStart=${scriptFolder}/uplinks`,
      "Restart=always",
      "RestartSec=1",
    ],
    allowed: {
      // It sets routes and rules through netlink, which takes this one capability.
      capabilities: ["CAP_NET_ADMIN"],
      addressFamilies: ["AF_NETLINK", "AF_UNIX"],
      addresses: [],
    },
  });

/** Kernel settings of the uplinks. systemd also applies them to an interface that appears later. */
export function uplinksSysctl(signer: SignerConfiguration): string {
  // With slashes: the name of a VLAN, such as eth0.10, has a dot.
  // https://www.freedesktop.org/software/systemd/man/latest/sysctl.d.html
  const lines = signer.uplinks.flatMap(({ name }) => [
    `net/ipv4/conf/${name}/rp_filter = 2`,
    `net/ipv4/conf/${name}/arp_ignore = 1`,
    `net/ipv4/conf/${name}/arp_announce = 2`,
  ]);
  return `# rp_filter 2: accept replies over an uplink that is not the default route.
# arp_*: if two uplinks are in one network, each answers for its own address only.
# https://docs.kernel.org/networking/ip-sysctl.html
${lines.join("\n")}
`;
}
