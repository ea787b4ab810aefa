"""The command signer-doctor."""

import argparse
import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor

from tezos_signer.doctor.finding import Finding, fault
from tezos_signer.doctor.signer import health_endpoint_finding, signer_findings
from tezos_signer.doctor.system import clock_finding, disk_findings, firewall_finding, installation_findings
from tezos_signer.doctor.tunnels import configured_tunnels, forwarder_finding, tunnel_finding
from tezos_signer.doctor.uplinks import uplink_findings
from tezos_signer.settings import HealthSettings, read_environment_file

DESCRIPTION = """Checks each link between this signer and its bakers, and prints what to do about each fault.

It changes nothing: at each forwarder it only logs in, without any forward, alongside the tunnels.
"""
EXIT_STATUS = """exit status:
  0   this Raspberry Pi can sign, and every path is up; there may be warnings
  1   at least one fault
  2   signer-doctor could not run
"""


def main() -> int:
    """Prints the findings. Returns the exit status."""
    parser = argparse.ArgumentParser(
        "signer-doctor",
        description=DESCRIPTION,
        epilog=EXIT_STATUS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", action="store_true", help="print JSON: {works, links: [{link, state, finding, do}]}")
    as_json = parser.parse_args().json
    if os.geteuid() != 0:
        return _fail("run it as root: sudo signer-doctor")
    try:
        findings = all_findings()
    except FileNotFoundError as error:
        return _fail(f"{error.filename} is missing: run install.sh first")
    works = all(finding.state != "fault" for finding in findings)
    if as_json:
        print(json.dumps({"works": works, "links": [finding.as_json() for finding in findings]}, indent=2))
    else:
        for finding in findings:
            print(f"{finding.state:8} {finding.link}: {finding.text}")
            if finding.remedy:
                print(f"{'':8}   {finding.remedy}")
    return 0 if works else 1


def all_findings() -> list[Finding]:
    """Runs all checks, the slow ones in parallel. Raises FileNotFoundError if install.sh has never run."""
    health_environment = read_environment_file("health.env")
    settings = HealthSettings.from_environment(health_environment)
    longest_round_trip_seconds = float(health_environment["ROUND_TRIP_SECONDS"])
    routes = read_environment_file("uplinks.env")
    uplinks, forwarders = routes["UPLINKS"].split(), routes["FORWARDERS"].split()
    tunnels = configured_tunnels()
    with ThreadPoolExecutor(32) as pool:
        # The tunnels' connections are read before this program's own logins add more.
        of_tunnels = list(pool.map(lambda tunnel: tunnel_finding(tunnel, longest_round_trip_seconds), tunnels))
        of_forwarders = pool.map(forwarder_finding, tunnels)
        of_uplinks = pool.map(lambda uplink: uplink_findings(uplink, forwarders), uplinks)
        return [
            *installation_findings(),
            *(finding for findings in of_uplinks for finding in findings),
            *of_forwarders,
            *of_tunnels,
            *([] if tunnels else [_no_tunnels()]),
            *signer_findings(settings),
            health_endpoint_finding(settings),
            firewall_finding(),
            clock_finding(),
            *disk_findings(settings.data_folder),
        ]


def _no_tunnels() -> Finding:
    remedy = "Put forwarders.addresses and forwarders.hostPublicKey into the configuration; install the new bundle."
    return fault("tunnels", "none: the forwarders' addresses or host key are not known yet", remedy)


def _fail(reason: str) -> int:
    print(f"signer-doctor: {reason}", file=sys.stderr)
    return 2
