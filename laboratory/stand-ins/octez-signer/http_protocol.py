"""The signer's HTTP protocol.

https://gitlab.com/tezos/tezos/-/blob/octez-v25.1/src/bin_signer/http_daemon.ml
"""

import json
import re
import time
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, urlsplit

from server import SignerServer
from tezos_encoding import b58decode, b58encode


class HttpHandler(BaseHTTPRequestHandler):
    """Answers the requests of one connection."""

    protocol_version = "HTTP/1.1"
    server_version = "octez-signer"
    # Sends the last part of an answer at once, without waiting for the client to acknowledge the first.
    disable_nagle_algorithm = True
    server: SignerServer

    def do_GET(self) -> None:
        """Answers for public keys, authorised keys and known keys."""
        signer, path = self.server.signer, urlsplit(self.path).path
        key = re.fullmatch(r"/keys/(\w+)", path)
        if key and key[1] in signer.public_keys:
            self._send_json(200, {"public_key": b58encode("edpk", signer.public_keys[key[1]])})
        elif path == "/authorized_keys":
            required = signer.options.require_authentication
            self._send_json(200, {"authorized_keys": signer.authorized_hashes()} if required else {})
        elif path == "/known_keys" and signer.options.allow_list_known_keys:
            self._send_json(200, {"known_keys": list(signer.public_keys)})
        elif path == "/known_keys":
            self.refuse(500, "List known keys request not allowed.")
        else:
            self._send_json(404, [])

    def do_POST(self) -> None:
        """Answers a signing request."""
        url = urlsplit(self.path)
        key = re.fullmatch(r"/keys/(\w+)", url.path)
        body = self._read_body()
        if not key:
            self._send_json(404, [])
            return
        text = parse_qs(url.query).get("authentication", [None])[0]
        try:
            data = bytes.fromhex(json.loads(body))
            prefix = "edsig" if text and text.startswith("edsig") else "sig"
            authentication = None if text is None else b58decode(prefix, text, 64)
        except (ValueError, TypeError, OverflowError) as error:
            self._send_json(400, [{"kind": "permanent", "id": "rpc_error", "msg": str(error)}])
            return
        self.server.signer.answer(key[1], data, authentication, self)

    def send_signature(self, signature: bytes) -> None:
        """See Transport."""
        self.send_raw(b"".join(_signature_answer(signature)))

    def refuse(self, status: int, message: str) -> None:
        """See Transport."""
        self._send_json(status, [{"kind": "temporary", "id": "failure", "msg": message}])

    def truncate(self, signature: bytes) -> None:
        """See Transport: sends the headers and half of the body."""
        head, body = _signature_answer(signature)
        self.send_raw(head + body[: len(body) // 2])
        self.close()

    def drip(self, signature: bytes, seconds: float) -> None:
        """See Transport."""
        for byte in b"".join(_signature_answer(signature)):
            self.send_raw(bytes([byte]))
            time.sleep(seconds)

    def send_raw(self, data: bytes) -> None:
        """See Transport."""
        self.wfile.write(data)

    def close(self) -> None:
        """See Transport."""
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Logs nothing: Signer records each request."""

    def _read_body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        data = b""
        while True:
            size = int(self.rfile.readline().split(b";")[0] or b"0", 16)
            data += self.rfile.read(size)
            self.rfile.readline()
            if size == 0:
                return data

    def _send_json(self, status: int, value: object) -> None:
        self.send_raw(b"".join(_answer(status, value)))


def _signature_answer(signature: bytes) -> tuple[bytes, bytes]:
    return _answer(200, {"signature": b58encode("edsig", signature)})


def _answer(status: int, value: object) -> tuple[bytes, bytes]:
    """The headers and the body of an answer, chunked like octez-signer's."""
    body = json.dumps(value).encode()
    reason = HTTPStatus(status).phrase
    head = f"HTTP/1.1 {status} {reason}\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n"
    return head.encode(), b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
