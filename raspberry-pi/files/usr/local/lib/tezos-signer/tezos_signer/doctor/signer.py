"""The signer: its Ledger, its answers and its keys; and the health endpoint."""

import os

from tezos_signer.doctor.finding import Finding, fault, finding_of, ok
from tezos_signer.doctor.system_commands import is_active
from tezos_signer.settings import HealthSettings
from tezos_signer.signer_checks import Unhealthy, check_device, check_stuck, keys_held

OCTEZ_SIGNER = "/usr/local/bin/octez-signer"


def signer_findings(settings: HealthSettings) -> list[Finding]:
    """The Ledger if there is one, the signer, each key, and requests without an answer."""
    findings = []
    # Only octez-signer's data folder is known.
    is_octez_signer = settings.data_folder != ""
    log = "journalctl --unit octez-signer" if is_octez_signer else "your signer's own log"
    if settings.device == "ledger":
        remedy = "Plug it in, unlock it, and open its Tezos Baking app."
        findings.append(finding_of("Ledger", lambda: check_device(settings.device), "is connected", remedy))
    try:
        held = keys_held(settings.protocol, settings.signer_port, settings.keys)
    except Unhealthy as reason:
        if not is_octez_signer:
            remedy = f"Start it; see {log}."
        elif os.access(OCTEZ_SIGNER, os.X_OK):
            remedy = f"Run: systemctl restart octez-signer. If that does not help, see: {log}"
        else:
            remedy = "Install it: sudo ./install.sh --octez-signer FILE --sha256 SUM, in the bundle's folder."
        return [*findings, fault("signer", str(reason), remedy)]
    findings.append(ok("signer", f"answers at 127.0.0.1:{settings.signer_port}"))
    findings += [_key_finding(key, held) for key in settings.keys]
    remedy = f"With a Ledger: unlock it. Then restart the signer; see {log}."
    waiting = finding_of(
        "signatures",
        lambda: check_stuck(settings.signer_port, settings.stuck_seconds),
        "no request is stuck",
        remedy,
    )
    return [*findings, waiting]


def _key_finding(key: str, held: list[str]) -> Finding:
    if key in held:
        return ok(f"key {key}", "the signer holds it")
    remedy = "Import it on this Raspberry Pi, or remove this signer from its baker's list in the configuration."
    return fault(f"key {key}", "the signer does not hold it", remedy)


def health_endpoint_finding(settings: HealthSettings) -> Finding:
    """Whether the health endpoint runs."""
    unit = "tezos-signer-health"
    if is_active(unit):
        return ok("health endpoint", f"listens at 127.0.0.1:{settings.health_port}")
    remedy = f"Run: systemctl restart {unit}. Without it, the forwarders treat this signer as down."
    return fault("health endpoint", "is not running", remedy)
