"""The tunnels to the forwarders, and a login at each forwarder."""

import re
import subprocess
from pathlib import Path
from typing import NamedTuple

from tezos_signer.doctor.finding import Finding, fault, ok
from tezos_signer.doctor.system_commands import is_active, output_of, text_of
from tezos_signer.settings import SETTINGS_FOLDER

# tezos-uplinks keeps a file here for each uplink that is up.
UPLINKS_UP_FOLDER = Path("/run/tezos-uplinks")
LOGIN_SECONDS = 10


class LoginFault(NamedTuple):
    """Why a login failed."""

    pattern: str
    """A part of what ssh prints."""
    text: str
    """Follows the forwarder's address."""
    remedy: str
    """{key} is replaced by this Raspberry Pi's public key."""


# The first pattern that is found counts: ssh's last line often explains least.
LOGIN_FAULTS = [
    LoginFault(
        "Host key verification failed",
        "has a different host key from the pinned one",
        "Don't bypass this check: the connection may be intercepted. If the forwarders' host key was changed on"
        " purpose, put its public half into forwarders.hostPublicKey, and install the new bundle.",
    ),
    LoginFault(
        "Permission denied",
        "does not accept this Raspberry Pi's ssh key",
        "Put {key} into signers[].sshPublicKey of the configuration, and deploy.",
    ),
    LoginFault(
        "Connection refused",
        "is reachable, but nothing listens on its port",
        "Check that signers[].sshPort matches what is deployed, and that the forwarder's pod is running.",
    ),
    LoginFault(
        "timed out",
        "does not answer",
        "If it answers over another uplink, this uplink's provider is at fault. If it answers over none, check that the"
        " forwarder's pod is running, and that forwarders.allowedNetworks contains this home's public address.",
    ),
]


class Tunnel(NamedTuple):
    """A tunnel, from ssh's configuration of it."""

    name: str
    """<number of the forwarder, from 1>-<uplink>"""
    address: str
    """The forwarder's address."""
    port: str
    uplink: str


def configured_tunnels() -> list[Tunnel]:
    """All tunnels, by name."""
    tunnels = []
    for file in sorted((SETTINGS_FOLDER / "tunnels").glob("*.conf")):
        text = file.read_text(encoding="utf-8")
        values = dict(re.findall(r"^ *(HostName|Port|BindInterface) (\S+)$", text, re.MULTILINE))
        tunnels.append(Tunnel(file.stem, values["HostName"], values["Port"], values["BindInterface"]))
    return tunnels


def tunnel_finding(tunnel: Tunnel, longest_round_trip_seconds: float) -> Finding:
    """Whether the tunnel is up, and fast enough."""
    link = f"tunnel {tunnel.name}"
    unit = f"tezos-tunnel@{tunnel.name}.service"
    if not is_active(unit):
        return fault(link, "is not running", f"Start it: systemctl enable --now {unit}")
    # A line for each connection. It contains "rtt:<mean>/<deviation>", in milliseconds, as the kernel measures it.
    peer = f"{tunnel.address}:{tunnel.port}"
    connections = output_of("ss", "-HtnpiO", "state", "established", "dst", peer).splitlines()
    own = [line for line in connections if any(_belongs_to(pid, unit) for pid in re.findall(r"pid=(\d+)", line))]
    if not own:
        last = output_of("journalctl", "--unit", unit, "--lines=1", "--output=cat", "--quiet")
        remedy = "See the findings for its uplink and its forwarder."
        return fault(link, f"is not connected; it last logged: {last}", remedy)
    found = re.search(r" rtt:([\d.]+)/", own[0])
    round_trip_ms = float(found[1]) if found else 0
    limit_ms = 1000 * longest_round_trip_seconds
    text = f"is up over {tunnel.uplink}; {round_trip_ms:.0f} ms to the forwarder and back"
    if round_trip_ms <= limit_ms:
        return ok(link, text)
    remedy = "Use a faster uplink, or raise signers[].timeoutSeconds: forwarders give up before the answer arrives."
    return fault(link, f"{text}, which is above the limit of {limit_ms:.0f} ms", remedy)


def _belongs_to(pid: str, unit: str) -> bool:
    return f"/{unit}" in text_of(f"/proc/{pid}/cgroup")


def forwarder_finding(tunnel: Tunnel) -> Finding:
    """Logs in as the tunnel does, but without its forwards, which would take the sockets from the open tunnel."""
    link = f"forwarder {tunnel.name.split('-')[0]} over {tunnel.uplink}"
    if not (UPLINKS_UP_FOLDER / tunnel.uplink).exists():
        return fault(link, "not tested: the uplink is down", f"Fix the uplink {tunnel.uplink} first.")
    output = _output_of_login(tunnel)
    peer = f"{tunnel.address}:{tunnel.port}"
    if "Authenticated to" in output:
        return ok(link, f"{peer} has the pinned host key, and accepts this Raspberry Pi's key")
    for login_fault in LOGIN_FAULTS:
        if login_fault.pattern in output:
            return fault(link, f"{peer} {login_fault.text}", login_fault.remedy.replace("{key}", _public_key()))
    lines = output.strip().splitlines()
    last = lines[-1].strip() if lines else "ssh printed no reason"  # ssh ends its lines with \r\n
    remedy = "A forwarder that disconnects at once may be penalising this home for failed logins: retry in a minute."
    return fault(link, f"login at {peer} failed: {last}", remedy)


def _output_of_login(tunnel: Tunnel) -> str:
    """What ssh prints. A forwarder opens no session for anyone, so ssh ends right after the login, or with it."""
    options = ["ClearAllForwardings=yes", "SessionType=default", "LogLevel=VERBOSE"]
    configuration = str(SETTINGS_FOLDER / "tunnels" / f"{tunnel.name}.conf")
    command = ["ssh", "-F", configuration, *(f"-o{option}" for option in options), "forwarder", "true"]
    try:
        return subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=LOGIN_SECONDS, check=False
        ).stderr
    except subprocess.TimeoutExpired:
        return "timed out"


def _public_key() -> str:
    return text_of(SETTINGS_FOLDER / "ssh/id_ed25519.pub") or "the public key that install.sh prints"
