"""The health endpoint: whether this Raspberry Pi can sign, as 200 or 503 and a line of JSON with the reason.

A signer's own GET /keys/… only reads a file: it answers 200 with the Ledger unplugged, and while every signature hangs.
So the forwarders' proxies send their health checks here, through the same tunnel.

GET /health            can it sign at all?
GET /keys/<key hash>   the same, and does it hold this key? (a tcp signer can't be asked: the same as /health)

All settings come from environment variables: settings.py.
"""

import json
import os
import socket
import threading
import time
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tezos_signer.settings import HealthSettings
from tezos_signer.signer_checks import Unhealthy, check_device, check_disk, check_stuck, keys_held

# Each forwarder's proxy checks every uplink once a second; the signer is asked once for all of them.
CACHE_SECONDS = 0.9


class SignerHealth:
    """Whether the signer can sign. The checks run again when their result is older than CACHE_SECONDS."""

    def __init__(self, settings: HealthSettings) -> None:
        self.settings = settings
        self._lock = threading.Lock()
        self._checked_at: float | None = None
        self._reason: str | None = "not checked yet"
        self._held: list[str] = []

    def reason(self, key: str | None = None) -> str | None:
        """The reason why it can't sign (with this key, if given), or None if it can."""
        with self._lock:
            if self._checked_at is None or time.monotonic() - self._checked_at > CACHE_SECONDS:
                before = self._reason
                self._reason, self._held = self._check()
                self._checked_at = time.monotonic()
                if self._reason != before:
                    print(self._reason or "can sign", flush=True)
            reason, held = self._reason, self._held
        if reason is None and key is not None and key not in held:
            return f"the signer does not hold {key}"
        return reason

    def _check(self) -> tuple[str | None, list[str]]:
        settings = self.settings
        try:
            check_device(settings.device)
            check_disk(settings.data_folder)
            check_stuck(settings.signer_port, settings.stuck_seconds)
            held = keys_held(settings.protocol, settings.signer_port, settings.keys)
        except Unhealthy as unhealthy:
            return str(unhealthy), []
        # One missing key of several concerns that key only: adding a baker must not stop the others.
        if not held:
            return "the signer holds none of its bakers' keys", []
        return None, held


class HealthServer(ThreadingHTTPServer):
    """Serves the health endpoint, and notifies systemd's watchdog while it accepts connections."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, settings: HealthSettings) -> None:
        super().__init__(("127.0.0.1", settings.health_port), HealthRequestHandler)
        self.health = SignerHealth(settings)

    def service_actions(self) -> None:
        """Called twice a second by the loop that accepts connections."""
        notify_systemd("WATCHDOG=1")

    def handle_error(self, *_: object) -> None:
        """Ignores clients that have disconnected."""


class HealthRequestHandler(BaseHTTPRequestHandler):
    """Answers one request."""

    server: HealthServer
    timeout = 5  # a silent client does not occupy a thread for longer
    wbufsize = -1  # the answer in one packet: on a metered uplink, each further packet costs money

    def do_GET(self) -> None:
        """Answers 200 or 503, or 404 for a path or key that is not configured."""
        health = self.server.health
        paths: dict[str, str | None] = {"/health": None, **{f"/keys/{key}": key for key in health.settings.keys}}
        if self.path not in paths:
            self._answer(HTTPStatus.NOT_FOUND, {"healthy": False, "reason": "unknown path"})
            return
        reason = health.reason(paths[self.path])
        if reason is None:
            self._answer(HTTPStatus.OK, {"healthy": True})
        else:
            self._answer(HTTPStatus.SERVICE_UNAVAILABLE, {"healthy": False, "reason": reason})

    def _answer(self, status: HTTPStatus, body: dict[str, object]) -> None:
        text = (json.dumps(body) + "\n").encode()
        self.send_response_only(status)  # without the headers Server and Date: their bytes cost money too
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: object) -> None:
        """Logs nothing: several lines a second would wear the SD card. SignerHealth logs changes."""


def notify_systemd(state: str) -> None:
    """Sends a state to systemd: https://www.freedesktop.org/software/systemd/man/latest/sd_notify.html."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as notifier:
        notifier.sendto(state.encode(), "\0" + address[1:] if address[0] == "@" else address)


def main() -> None:
    """Serves until it is stopped."""
    server = HealthServer(HealthSettings.from_environment(os.environ))
    notify_systemd("READY=1")
    server.serve_forever()
