"""Each uplink: its interface, address, routes and name resolution."""

import re
import socket
import struct
from pathlib import Path

from tezos_signer.doctor.finding import Finding, fault, ok, warning
from tezos_signer.doctor.system_commands import output_of, text_of

# Updates and the clock need names to resolve. Every Raspberry Pi OS and Debian downloads updates from this one.
RESOLVED_NAME = "deb.debian.org"
RESOLVE_SECONDS = 3

# A DNS message's header, in network byte order: ID, flags, then the number of questions, answers, authority records and
# additional records. https://www.rfc-editor.org/rfc/rfc1035#section-4.1.1
DNS_HEADER = struct.Struct("!HHHHHH")
DNS_RECURSION_DESIRED = 0x0100
DNS_RESPONSE_CODE = 0x000F
# After a question's name: QTYPE, QCLASS. https://www.rfc-editor.org/rfc/rfc1035#section-4.1.2
DNS_QUESTION_END = struct.Struct("!HH")
DNS_TYPE_A = 1
DNS_CLASS_IN = 1


def uplink_findings(uplink: str, forwarders: list[str]) -> list[Finding]:
    """The uplink's first fault; or that it works, and whether names resolve over it."""
    link = f"uplink {uplink}"
    interface = Path("/sys/class/net") / uplink
    if not interface.exists():
        remedy = (
            "Plug it in. If it has another name here (see: ip address), put that name into signers[].uplinks, and"
            " install the new bundle."
        )
        return [fault(link, "network interface not found", remedy)]
    if text_of(interface / "carrier") != "1":
        remedy = "Check the cable, the Wi-Fi password or the SIM card, and that the interface is up (see: ip link)."
        return [fault(link, "has no connection (no carrier)", remedy)]
    addresses = re.findall(r"inet ([\d.]+)", output_of("ip", "-4", "address", "show", "dev", uplink, "scope", "global"))
    if not addresses:
        return [fault(link, "has no IPv4 address", "Check the router's DHCP server, or set a static address.")]
    address = addresses[0]
    if not output_of("ip", "-4", "route", "show", "default", "dev", uplink):
        remedy = "The router sent none, or another uplink has the same metric: give each uplink its own metric."
        return [fault(link, f"has the address {address}, but no default route", remedy)]
    for forwarder in forwarders:
        if f" dev {uplink} " not in output_of("ip", "-4", "route", "get", forwarder, "from", address) + " ":
            text = f"has the address {address}, but packets from it to {forwarder} don't leave through this uplink"
            remedy = "Run: systemctl restart tezos-uplinks. If that does not help, see: journalctl -u tezos-uplinks"
            return [fault(link, text, remedy)]
    return [ok(link, f"has the address {address} and its own route"), _name_finding(uplink)]


def _name_finding(uplink: str) -> Finding:
    """The tunnels dial addresses: without names only updates and the clock suffer."""
    link = f"names over {uplink}"
    remedy = "The tunnels work without names, but updates and the clock don't. Check the router's DNS server."
    servers = _name_servers(uplink)
    if not servers:
        return warning(link, "no name server is configured", remedy)
    if any(_resolves(uplink, server) for server in servers):
        return ok(link, f"{RESOLVED_NAME} resolves")
    return warning(link, f"{' '.join(servers)} does not resolve {RESOLVED_NAME}", remedy)


def _name_servers(uplink: str) -> list[str]:
    """The uplink's name servers in systemd-resolved, or else those in resolv.conf; without resolvers on this host."""
    servers = re.findall(r"\d+\.\d+\.\d+\.\d+", output_of("resolvectl", "dns", uplink))
    if not servers:
        servers = re.findall(r"^nameserver ([\d.]+)", text_of("/etc/resolv.conf"), re.MULTILINE)
    return [server for server in servers if not server.startswith("127.")]


def _resolves(uplink: str, server: str) -> bool:
    """Whether a name server, asked over this uplink, finds an address of RESOLVED_NAME."""
    query_id = 6731
    name = b"".join(bytes([len(part)]) + part.encode() for part in RESOLVED_NAME.split(".")) + b"\0"
    query = DNS_HEADER.pack(query_id, DNS_RECURSION_DESIRED, 1, 0, 0, 0) + name
    query += DNS_QUESTION_END.pack(DNS_TYPE_A, DNS_CLASS_IN)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        try:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, uplink.encode())
            client.settimeout(RESOLVE_SECONDS)
            client.sendto(query, (server, 53))
            answer_id, flags, _, answers, _, _ = DNS_HEADER.unpack_from(client.recv(4096))
        except (OSError, struct.error):
            return False
    return bool(answer_id == query_id and flags & DNS_RESPONSE_CODE == 0 and answers > 0)
