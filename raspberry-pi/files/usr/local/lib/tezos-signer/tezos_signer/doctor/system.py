"""The Raspberry Pi itself: installation, firewall, clock and disks."""

import os
from pathlib import Path

from tezos_signer.doctor.finding import Finding, fault, finding_of, ok, warning
from tezos_signer.doctor.system_commands import output_of, text_of
from tezos_signer.settings import SETTINGS_FOLDER
from tezos_signer.signer_checks import check_disk

NEARLY_FULL_BYTES = 256 * 1024 * 1024


def installation_findings() -> list[Finding]:
    """A fault if the last run of install.sh did not finish."""
    if (SETTINGS_FOLDER / "manifest.wanted").exists():
        return [fault("installation", "was interrupted", "Run install.sh again.")]
    return []


def firewall_finding() -> Finding:
    """Whether the firewall's rules are loaded."""
    if output_of("nft", "list", "chain", "inet", "tezos_signer", "input"):
        return ok("firewall", "only lets in what its rules name")
    return warning("firewall", "is not active", "Run install.sh again: it starts it, or reports why it can't.")


def clock_finding() -> Finding:
    """Whether the clock is synchronised."""
    if output_of("timedatectl", "show", "--property=NTPSynchronized", "--value") == "yes":
        return ok("clock", "is synchronised")
    remedy = "Tunnels and signatures don't need it, but logs and updates do. See: timedatectl timesync-status"
    return warning("clock", "is not synchronised", remedy)


def disk_findings(data_folder: str) -> list[Finding]:
    """Each disk, and whether watermarks are written through to it."""
    findings = []
    for folder in dict.fromkeys(["/", data_folder or "/"]):
        findings += _disk_findings(folder)
    if data_folder and Path(data_folder).is_dir():
        findings.append(_watermark_finding(data_folder))
    return findings


def _disk_findings(folder: str) -> list[Finding]:
    link = f"disk under {folder}"
    remedy = "Read-only: the card may be failing; see dmesg, and replace it. Full: delete what is not needed."
    finding = finding_of(link, lambda: check_disk(folder), "is writable", remedy)
    if not Path(folder).is_dir():
        return [finding]
    disk = os.statvfs(folder)
    if finding.state == "ok" and disk.f_bavail * disk.f_frsize < NEARLY_FULL_BYTES:
        remedy = "Delete what is not needed, for example: journalctl --vacuum-size=50M"
        finding = warning(link, "is nearly full", remedy)
    errors = _file_system_errors(folder)
    if errors == 0:
        return [finding]
    remedy = "Prepare a second signer, then replace this card."
    return [finding, fault(link, f"its file system has counted {errors} errors", remedy)]


def _file_system_errors(folder: str) -> int:
    """The errors that ext4 has counted on a folder's disk; 0 on other file systems.

    https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/tree/fs/ext4/sysfs.c?h=v6.1
    """
    number = Path(folder).stat().st_dev
    device = Path(f"/sys/dev/block/{os.major(number)}:{os.minor(number)}").resolve().name
    errors = text_of(f"/sys/fs/ext4/{device}/errors_count")
    return int(errors) if errors.isdecimal() else 0


def _watermark_finding(data_folder: str) -> Finding:
    """Whether octez-signer's files are written synchronously, by mount option or by the attributes S and D."""
    mounted_sync = os.statvfs(data_folder).f_flag & os.ST_SYNCHRONOUS
    attributes = output_of("lsattr", "-d", data_folder).split(" ")[0]
    if mounted_sync or ("S" in attributes and "D" in attributes):
        return ok("watermarks", "are written through to the disk")
    remedy = "Run install.sh again. If it warns about the file system, mount that file system with the option sync."
    return warning("watermarks", f"{data_folder} is not written through: a power cut may lose a watermark", remedy)
