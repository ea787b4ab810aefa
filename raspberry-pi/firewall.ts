import type { SignerConfiguration } from "../lib/config/schema/configuration";
import { settingsFolder } from "./paths";
import { serviceUnit } from "./unit";

const file = `${settingsFolder}/firewall.nft`;

/** A table of its own for what comes in; other tables and what goes out are left alone. */
export function firewallRules(signer: SignerConfiguration): string {
  const metered = signer.uplinks.filter((uplink) => uplink.metered).map((uplink) => `"${uplink.name}"`);
  const notMetered = metered.length === 0 ? "" : `iifname != { ${metered.join(", ")} } `;
  return `# The first two lines make a reload replace the table in one step.
table inet tezos_signer
delete table inet tezos_signer

table inet tezos_signer {
  chain input {
    type filter hook input priority filter; policy drop;

    # The tunnels are dialled from here: what comes in through them are answers, and connections from loopback.
    iif lo accept
    ct state established,related accept
    ct state invalid drop

    # Addresses: DHCP's answers, neighbours and routers. A neighbour's message can't have passed a router (hop limit).
    meta nfproto ipv4 udp sport 67 udp dport 68 accept
    ip6 saddr fe80::/10 udp sport 547 udp dport 546 accept
    icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-advert, nd-redirect } ip6 hoplimit 255 accept
    icmpv6 type { mld-listener-query, mld2-listener-report } ip6 saddr fe80::/10 accept
    # Errors, among them "packet too big" without which connections hang; pings, not too many.
    icmpv6 type { destination-unreachable, packet-too-big, time-exceeded, parameter-problem } accept
    icmp type { destination-unreachable, time-exceeded, parameter-problem } accept
    icmp type echo-request limit rate 5/second accept
    icmpv6 type echo-request limit rate 5/second accept

    # You, by ssh, from a local network. A mobile network's neighbours have such addresses too: not from a metered uplink.
    ${notMetered}ip saddr { 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 169.254.0.0/16 } tcp dport 22 accept
    ${notMetered}ip6 saddr { fe80::/10, fc00::/7 } tcp dport 22 accept

    # Rules of your own, such as: tcp dport 2222 accept
    include "${settingsFolder}/firewall.d/*.nft"
  }
}
`;
}

export const firewallUnit = (): string =>
  serviceUnit({
    description: "Firewall of the Tezos signer",
    unit: [
      "# Before any network, as early as Debian's own rules; but after those, which begin by removing all others.",
      "DefaultDependencies=no",
      "After=nftables.service",
      "Before=network-pre.target shutdown.target",
      "Wants=network-pre.target",
      "Conflicts=shutdown.target",
    ],
    service: [
      "Type=oneshot",
      "RemainAfterExit=yes",
      `ExecStart=/usr/sbin/nft -f ${file}`,
      `ExecReload=/usr/sbin/nft -f ${file}`,
      "ExecStop=/usr/sbin/nft delete table inet tezos_signer",
    ],
    allowed: {
      capabilities: ["CAP_NET_ADMIN"],
      addressFamilies: ["AF_NETLINK"],
      addresses: [],
    },
    wantedBy: "sysinit.target",
  });
