"""The checks that decide whether this Raspberry Pi can sign. The health endpoint and signer-doctor share them."""

import http.client
import os
import socket
from pathlib import Path

from tezos_signer.socket_diagnosis import longest_unanswered_seconds

# https://github.com/LedgerHQ/udev-rules/blob/master/20-hw1.rules
LEDGER_USB_VENDOR = "2c97"
# The health endpoint's answer must reach the forwarder within a second, possibly over a slow uplink.
ANSWER_SECONDS = 0.6
# Without space for its watermark, the signer can't sign. A watermark file has a few hundred bytes.
LEAST_FREE_BYTES = 16 * 1024 * 1024


class Unhealthy(Exception):
    """Why the signer can't sign, in words for a person."""


def check_device(device: str) -> None:
    """Raises Unhealthy if the signer uses a Ledger and none is connected."""
    if device != "ledger":
        return
    for path in Path("/sys/bus/usb/devices").glob("*/idVendor"):
        try:
            if path.read_text(encoding="ascii").strip() == LEDGER_USB_VENDOR:
                return
        except OSError:
            continue  # unplugged between the two steps
    raise Unhealthy("no Ledger is connected")


def check_disk(folder: str) -> None:
    """Raises Unhealthy if the signer can't write to a folder. An empty name passes."""
    if not folder:
        return
    try:
        disk = os.statvfs(folder)
    except OSError as error:
        raise Unhealthy(f"the signer's data folder {folder} can't be accessed: {error.strerror}") from error
    if disk.f_flag & os.ST_RDONLY:
        raise Unhealthy(f"the disk under {folder} is read-only: the signer can't write its watermark")
    if disk.f_bavail * disk.f_frsize < LEAST_FREE_BYTES:
        raise Unhealthy(f"the disk under {folder} is full: the signer can't write its watermark")


def check_stuck(port: int, stuck_seconds: float) -> None:
    """Raises Unhealthy if a request at the signer's port has waited longer than `stuck_seconds`."""
    try:
        waited = longest_unanswered_seconds(port, ANSWER_SECONDS)
    except OSError:
        return  # a kernel without socket diagnosis: the proxies' time-outs remain
    if waited > stuck_seconds:
        raise Unhealthy(f"the signer has left a request unanswered for more than {stuck_seconds:g} s")


def keys_held(protocol: str, port: int, keys: tuple[str, ...]) -> list[str]:
    """Asks the signer which of the keys it holds. A tcp signer can't be asked: if it accepts connections, all of them.

    Raises Unhealthy if the signer does not answer.
    """
    try:
        if protocol == "tcp":
            socket.create_connection(("127.0.0.1", port), ANSWER_SECONDS).close()
            return list(keys)
        if protocol != "http":
            raise Unhealthy(f"SIGNER_PROTOCOL is {protocol}, not http or tcp")
        return [key for key in keys if _status_of_key(port, key) == http.HTTPStatus.OK]
    except (OSError, http.client.HTTPException) as error:
        reason = str(error) or type(error).__name__
        raise Unhealthy(f"the signer at 127.0.0.1:{port} does not answer: {reason}") from error


def _status_of_key(port: int, key: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWER_SECONDS)
    try:
        connection.request("GET", f"/keys/{key}")
        return connection.getresponse().status
    finally:
        connection.close()
