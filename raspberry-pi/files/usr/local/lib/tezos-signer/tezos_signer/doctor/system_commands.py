"""What other programs and the kernel report."""

import subprocess
from pathlib import Path


def output_of(*command: str, seconds: float = 10) -> str:
    """A program's standard output, stripped; empty if it fails, takes longer than `seconds`, or is not installed."""
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=True).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return ""


def text_of(path: str | Path) -> str:
    """A file's text, stripped; empty if it can't be read."""
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def is_active(unit: str) -> bool:
    """Whether a systemd unit is active."""
    return output_of("systemctl", "is-active", unit) == "active"
