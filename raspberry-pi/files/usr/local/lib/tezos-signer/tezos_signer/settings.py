"""The settings in /etc/tezos-signer, which `npm run synth` writes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SETTINGS_FOLDER = Path("/etc/tezos-signer")


@dataclass(frozen=True)
class HealthSettings:
    """The health endpoint's settings, from health.env."""

    health_port: int
    """Port of the health endpoint, on 127.0.0.1."""
    protocol: str
    """What the signer speaks: "http" or "tcp"."""
    signer_port: int
    """Port of the signer, on 127.0.0.1."""
    keys: tuple[str, ...]
    """Hashes of the keys with which this signer's bakers sign."""
    device: str
    """"ledger" or "none"."""
    data_folder: str
    """Where octez-signer keeps its keys and watermarks. Empty for other signer software, whose folder is unknown."""
    stuck_seconds: float
    """A request that has waited longer than this counts as stuck."""

    @classmethod
    def from_environment(cls, values: Mapping[str, str]) -> "HealthSettings":
        """Raises KeyError for a setting that is missing, and ValueError for a number that isn't one."""
        return cls(
            health_port=int(values["HEALTH_PORT"]),
            protocol=values["SIGNER_PROTOCOL"],
            signer_port=int(values["SIGNER_PORT"]),
            keys=tuple(values["KEY_HASHES"].split()),
            device=values["DEVICE"],
            data_folder=values["DATA_FOLDER"],
            stuck_seconds=float(values["STUCK_SECONDS"]),
        )


def read_environment_file(name: str) -> dict[str, str]:
    """The values in a file of the settings folder. Raises FileNotFoundError if it does not exist."""
    text = (SETTINGS_FOLDER / name).read_text(encoding="utf-8")
    return dict(re.findall(r'^(\w+)="(.*)"$', text, re.MULTILINE))
