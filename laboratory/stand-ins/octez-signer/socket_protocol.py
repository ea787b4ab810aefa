"""The signer's protocol over a TCP socket: messages, each after its length in two bytes.

Messages: https://gitlab.com/tezos/tezos/-/blob/octez-v25.1/src/lib_signer_services/signer_messages.ml
Framing: https://gitlab.com/tezos/tezos/-/blob/octez-v25.1/src/lib_base/unix/socket.ml
"""

import socket
import struct
import time
from collections.abc import Iterable
from socketserver import BaseRequestHandler

from server import SignerServer
from signing_request import Refused
from tezos_encoding import b58decode, b58encode

# The first byte of a request.
SIGN, PUBLIC_KEY, AUTHORIZED_KEYS, KNOWN_KEYS = 0, 1, 2, 6

LENGTH = struct.Struct(">H")
BYTES_LENGTH = struct.Struct(">I")
# A public key's hash: its curve (0: ed25519), and 20 bytes.
KEY_HASH = slice(1, 22)
# The first byte of an answer.
OK, ERROR = b"\x00", b"\x01"
# Before an optional field.
SOME = b"\xff"
# The first byte of an answer's value about authorised keys.
NO_AUTHENTICATION, AUTHENTICATION = b"\x00", b"\x01"


class SocketHandler(BaseRequestHandler):
    """Answers the requests of one connection."""

    server: SignerServer
    request: socket.socket

    def handle(self) -> None:
        """Answers until either side closes the connection."""
        self._is_open = True
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while self._is_open:
            message = self._read_message()
            if message is None:
                return
            try:
                self._answer(message)
            except (Refused, ValueError, IndexError, struct.error, OverflowError) as error:
                self.refuse(500, str(error))

    def send_signature(self, signature: bytes) -> None:
        """See Transport."""
        self._send_ok(signature)

    def refuse(self, status: int, message: str) -> None:
        """See Transport. This protocol has no status."""
        self.send_raw(_error_answer(message))

    def truncate(self, signature: bytes) -> None:
        """See Transport: sends the first 20 bytes of the signature."""
        self.send_raw(_ok_answer(signature)[: LENGTH.size + len(OK) + 20])
        self.close()

    def drip(self, signature: bytes, seconds: float) -> None:
        """See Transport."""
        for byte in _ok_answer(signature):
            self.send_raw(bytes([byte]))
            time.sleep(seconds)

    def send_raw(self, data: bytes) -> None:
        """See Transport."""
        self.request.sendall(data)

    def close(self) -> None:
        """See Transport."""
        self._is_open = False

    def _read_message(self) -> bytes | None:
        """The next message, or None at the end of the connection."""
        length = self._read_exactly(LENGTH.size)
        return None if length is None else self._read_exactly(LENGTH.unpack(length)[0])

    def _read_exactly(self, size: int) -> bytes | None:
        data = b""
        while len(data) < size:
            part = self.request.recv(size - len(data))
            if not part:
                return None
            data += part
        return data

    def _answer(self, message: bytes) -> None:
        signer, tag = self.server.signer, message[0]
        if tag == SIGN:
            key_hash = _key_hash(message[KEY_HASH])
            (size,) = BYTES_LENGTH.unpack_from(message, KEY_HASH.stop)
            start = KEY_HASH.stop + BYTES_LENGTH.size
            data, rest = message[start : start + size], message[start + size :]
            signer.answer(key_hash, data, rest[1:] if rest[:1] == SOME else None, self)
        elif tag == PUBLIC_KEY:
            key_hash = _key_hash(message[KEY_HASH])
            if key_hash not in signer.public_keys:
                raise Refused(f"no keys for the source contract {key_hash}")
            self._send_ok(b"\x00" + signer.public_keys[key_hash])
        elif tag == AUTHORIZED_KEYS:
            required = signer.options.require_authentication
            value = AUTHENTICATION + _hash_list(signer.authorized_hashes()) if required else NO_AUTHENTICATION
            self._send_ok(value)
        elif tag == KNOWN_KEYS:
            if not signer.options.allow_list_known_keys:
                raise Refused("List known keys request not allowed.")
            self._send_ok(_hash_list(signer.public_keys))
        else:
            raise Refused(f"unexpected tag {tag}")

    def _send_ok(self, value: bytes) -> None:
        self.send_raw(_ok_answer(value))


def _ok_answer(value: bytes) -> bytes:
    return LENGTH.pack(len(OK) + len(value)) + OK + value


def _error_answer(message: str) -> bytes:
    """An error of Octez: a list of BSON documents, each after its length. https://bsonspec.org/spec.html."""
    fields = _bson_string(b"kind", b"temporary") + _bson_string(b"id", b"failure")
    fields += _bson_string(b"msg", message.encode())
    document = struct.pack("<i", len(fields) + 5) + fields + b"\x00"
    item = BYTES_LENGTH.pack(len(document)) + document
    answer = ERROR + BYTES_LENGTH.pack(len(item)) + item
    return LENGTH.pack(len(answer)) + answer


def _bson_string(name: bytes, value: bytes) -> bytes:
    return b"\x02%s\x00%s%s\x00" % (name, struct.pack("<i", len(value) + 1), value)


def _key_hash(data: bytes) -> str:
    if data[0] != 0:
        raise Refused("only ed25519 keys are supported")
    return b58encode("tz1", data[1:21])


def _hash_list(hashes: Iterable[str]) -> bytes:
    data = b"".join(b"\x00" + b58decode("tz1", key_hash, 20) for key_hash in hashes)
    return BYTES_LENGTH.pack(len(data)) + data
