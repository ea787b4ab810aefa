#!/usr/bin/python3
"""A stand-in for octez-signer on port 6732: it holds the one key that is named in /etc/held, and signs nothing."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class Handler(BaseHTTPRequestHandler):
    """Answers GET /keys/<key hash>."""

    def do_GET(self) -> None:
        """200 for the key that it holds."""
        held = Path("/etc/held").read_text(encoding="ascii").strip()
        self.send_response(200 if self.path == f"/keys/{held}" else 404)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Logs nothing."""


ThreadingHTTPServer(("127.0.0.1", 6732), Handler).serve_forever()
