import type { SignerConfiguration } from "../lib/config/schema/configuration";
import { settingsFolder } from "./paths";
import { serviceUnit } from "./unit";

const file = `${settingsFolder}/firewall.nft`;

/** Rules for incoming packets, in their own table. They change no other table and no outgoing packet. */
export function firewallRules(signer: SignerConfiguration): string {
  const metered = signer.uplinks.filter((uplink) => uplink.metered).map((uplink) => `"${uplink.name}"`);
  const notMetered = metered.length === 0 ? "" : `iifname != { ${metered.join(", ")} } `;
  return `# The first two lines make a reload replace the table in one step. Syntax:
# https://www.netfilter.org/projects/nftables/manpage.html
table inet tezos_signer
delete table inet tezos_signer

table inet tezos_signer {
  chain input {
    type filter hook input priority filter; policy drop;

    # This Raspberry Pi dials the tunnels, so their packets are replies, and their requests come from loopback.
    iif lo accept
    ct state established,related accept
    ct state invalid drop

    # Address configuration: DHCP replies, neighbours and routers. With the hop limit 255, a message can't have passed a
    # router: https://www.rfc-editor.org/rfc/rfc4861#section-7.1.1
    meta nfproto ipv4 udp sport 67 udp dport 68 accept
    ip6 saddr fe80::/10 udp sport 547 udp dport 546 accept
    icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-advert, nd-redirect } ip6 hoplimit 255 accept
    icmpv6 type { mld-listener-query, mld2-listener-report } ip6 saddr fe80::/10 accept
    # Errors, among them "packet too big", without which connections hang; and a limited rate of pings.
    icmpv6 type { destination-unreachable, packet-too-big, time-exceeded, parameter-problem } accept
    icmp type { destination-unreachable, time-exceeded, parameter-problem } accept
    icmp type echo-request limit rate 5/second accept
    icmpv6 type echo-request limit rate 5/second accept

    # You, by ssh, from a local network. Not over a metered uplink: in a mobile network, strangers have such addresses.
    ${notMetered}ip saddr { 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 169.254.0.0/16 } tcp dport 22 accept
    ${notMetered}ip6 saddr { fe80::/10, fc00::/7 } tcp dport 22 accept

    # Your own rules, such as: tcp dport 2222 accept
    include "${settingsFolder}/firewall.d/*.nft"
  }
}
`;
}

/** The unit that loads the rules at boot. */
export const firewallUnit = (): string =>
  serviceUnit({
    description: "Firewall of the Tezos signer",
    unit: [
      "# Before any network is up, but after Debian's own rules, which first delete all others.",
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
