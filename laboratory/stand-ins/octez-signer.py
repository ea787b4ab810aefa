#!/usr/bin/python3
"""A stand-in for octez-signer. Keys, signatures, watermarks and both protocols are as the real one's; what it adds is
that it can be told to misbehave, and that it writes down every signing request that reaches it.

It takes the real one's command line, and reads secret_keys and authorized_keys of its --base-dir (ed25519 keys only).
What it adds lies in <base-dir>/stand-in/:
  mode     what to do with signing requests; read at each request, so it can change while it runs
             ok              sign, in 30 ms
             slow MS         sign, after that many milliseconds
             hang            accept, and never answer
             refuse500       say no, as octez-signer does
             refuse409       say no, as signatory does
             close           close without an answer
             break           break off in the middle of the answer, after its headers
             garbage         answer something that is not the protocol's
             drip MS         sign, and send the answer byte by byte, that many milliseconds apart
  records  a line of JSON for each signing request: at (Unix time), key, kind, level, round, payload, outcome
"""

import argparse
import ctypes
import hashlib
import http.server
import json
import os
import re
import socket
import socketserver
import struct
import sys
import threading
import time
from urllib.parse import parse_qs, urlsplit

VERSION = "stand-in for octez-signer 25.1"


# --- Base58Check and ed25519, as Tezos has them ---

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
PREFIXES = {
    "edsk": bytes([13, 15, 58, 7]),
    "edpk": bytes([13, 15, 37, 217]),
    "tz1": bytes([6, 161, 159]),
    "edsig": bytes([9, 245, 205, 134, 18]),
    "sig": bytes([4, 130, 43]),
    "Net": bytes([87, 82, 0]),
}


def checksum(data):
    return hashlib.sha256(hashlib.sha256(data).digest()).digest()[:4]


def b58encode(prefix, payload):
    data = PREFIXES[prefix] + payload
    number, text = int.from_bytes(data + checksum(data), "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = ALPHABET[digit] + text
    return text


def b58decode(prefix, text, size):
    number = 0
    for character in text:
        number = number * 58 + ALPHABET.index(character)
    data = number.to_bytes(len(PREFIXES[prefix]) + size + 4, "big")
    if data[:-4] != PREFIXES[prefix] + data[len(PREFIXES[prefix]) : -4] or checksum(data[:-4]) != data[-4:]:
        raise ValueError(f"{text} is no {prefix}")
    return data[len(PREFIXES[prefix]) : -4]


def blake2b(data, size):
    return hashlib.blake2b(data, digest_size=size).digest()


class Ed25519:
    """OpenSSL's, which Python's own ssl module brings along."""

    library = ctypes.CDLL("libcrypto.so.3")
    kind = 1087  # EVP_PKEY_ED25519

    for name in ("EVP_PKEY_new_raw_private_key", "EVP_PKEY_new_raw_public_key", "EVP_MD_CTX_new"):
        getattr(library, name).restype = ctypes.c_void_p

    @classmethod
    def public_key(cls, seed):
        key = ctypes.c_void_p(cls.library.EVP_PKEY_new_raw_private_key(cls.kind, None, seed, ctypes.c_size_t(32)))
        public, size = ctypes.create_string_buffer(32), ctypes.c_size_t(32)
        cls.library.EVP_PKEY_get_raw_public_key(key, public, ctypes.byref(size))
        cls.library.EVP_PKEY_free(key)
        return public.raw

    @classmethod
    def sign(cls, seed, data):
        key = ctypes.c_void_p(cls.library.EVP_PKEY_new_raw_private_key(cls.kind, None, seed, ctypes.c_size_t(32)))
        context = ctypes.c_void_p(cls.library.EVP_MD_CTX_new())
        signature, size = ctypes.create_string_buffer(64), ctypes.c_size_t(64)
        cls.library.EVP_DigestSignInit(context, None, None, None, key)
        done = cls.library.EVP_DigestSign(context, signature, ctypes.byref(size), data, ctypes.c_size_t(len(data)))
        cls.library.EVP_MD_CTX_free(context)
        cls.library.EVP_PKEY_free(key)
        if done != 1:
            raise OSError("OpenSSL does not sign")
        return signature.raw

    @classmethod
    def verifies(cls, public, signature, data):
        key = ctypes.c_void_p(cls.library.EVP_PKEY_new_raw_public_key(cls.kind, None, public, ctypes.c_size_t(32)))
        context = ctypes.c_void_p(cls.library.EVP_MD_CTX_new())
        cls.library.EVP_DigestVerifyInit(context, None, None, None, key)
        result = cls.library.EVP_DigestVerify(
            context, signature, ctypes.c_size_t(len(signature)), data, ctypes.c_size_t(len(data))
        )
        cls.library.EVP_MD_CTX_free(context)
        cls.library.EVP_PKEY_free(key)
        return result == 1


# --- What is signed ---


class Refused(Exception):
    """Why it does not sign, as octez-signer words it."""


KINDS = {0x11: "block", 0x12: "preattestation", 0x13: "attestation"}


def level_and_round(data):
    """Where Tenderbake's blocks and (pre)attestations have them; ed25519 keys sign the slot as well."""
    if data[0] == 0x11:
        fitness = 1 + 4 + 4 + 1 + 32 + 8 + 1 + 32
        (length,) = struct.unpack_from(">i", data, fitness)
        return struct.unpack_from(">i", data, 5)[0], struct.unpack_from(">i", data, fitness + length)[0]
    return struct.unpack_from(">ii", data, 1 + 4 + 32 + 1 + 2)


def slot_of(key_hash, data):
    kind = KINDS.get(data[0]) if data else None
    if kind is None:
        return None
    try:
        level, round_ = level_and_round(data)
    except struct.error:
        return None
    return {"key": key_hash, "kind": kind, "level": level, "round": round_, "payload": data.hex()}


class Watermarks:
    """One file for each kind, by chain and key. The same bytes again get the same signature; other ones are refused."""

    def __init__(self, folder):
        self.folder = folder
        self.lock = threading.Lock()

    def signed_once(self, key_hash, data, sign):
        if not data or data[0] not in KINDS:
            return sign()
        kind = KINDS[data[0]]
        with self.lock:
            file = os.path.join(self.folder, f"{kind}_high_watermark")
            marks = read_json(file, {})
            if len(data) < 9:
                raise Refused(f"byte sequence too short to be {'an' if kind == 'attestation' else 'a'} {kind}")
            digest = blake2b(data, 32).hex()
            chain = b58encode("Net", data[1:5])
            try:
                level, round_ = level_and_round(data)
            except struct.error as error:
                raise Refused(f"Failed to retrieve level and round of {kind}: {error}") from error
            mark = marks.get(chain, {}).get(key_hash)
            if mark is not None:
                signature = self.check(kind, mark, level, round_, digest)
                if signature is not None:
                    return b58decode("edsig", signature, 64)
            signature = sign()
            mark = {"level": level, "round": round_, "hash": digest, "signature": b58encode("edsig", signature)}
            marks.setdefault(chain, {})[key_hash] = mark
            # As octez-signer writes it: another file takes its name, and nothing is forced onto the disk.
            with open(f"{file}.tmp", "w", encoding="utf-8") as new:
                json.dump(marks, new)
            os.rename(f"{file}.tmp", file)
            return signature

    @staticmethod
    def check(kind, mark, level, round_, digest):
        if mark["level"] > level:
            raise Refused(f"{kind} level {level} below high watermark {mark['level']}")
        if mark["level"] < level or mark["round"] < round_:
            return None
        if mark["round"] > round_:
            at = f"({mark['level']},{mark['round']})"
            raise Refused(f"{kind} level {level} and round {round_} not above high watermark {at}")
        if mark["hash"] != digest:
            raise Refused(f"{kind} level {level} and round {round_} already signed with different data")
        return mark["signature"]


def read_json(file, default):
    try:
        with open(file, encoding="utf-8") as opened:
            return json.load(opened)
    except FileNotFoundError:
        return default


class Signer:
    def __init__(self, options):
        self.options = options
        self.folder = os.path.join(options.base_dir, "stand-in")
        os.makedirs(self.folder, exist_ok=True)
        self.watermarks = Watermarks(options.base_dir)
        self.seeds, self.public_keys = {}, {}
        for entry in read_json(os.path.join(options.base_dir, "secret_keys"), []):
            seed = b58decode("edsk", entry["value"].removeprefix("unencrypted:"), 32)
            public = Ed25519.public_key(seed)
            key_hash = b58encode("tz1", blake2b(public, 20))
            self.seeds[key_hash], self.public_keys[key_hash] = seed, public
        # Written in one piece, so that it is there however this process ends. Not forced onto the disk: waiting for a busy
        # machine's disk would be measured as the path's slowness.
        self.records = os.open(os.path.join(self.folder, "records"), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def mode(self):
        """What it is to do, and the number that goes with it."""
        try:
            with open(os.path.join(self.folder, "mode"), encoding="ascii") as file:
                words = file.read().split()
        except FileNotFoundError:
            words = []
        return (words or ["ok"])[0], int(words[1]) if len(words) > 1 else 30

    def hang(self, mode):
        """Until the mode changes. The connection is left alone, as by a process that is stuck."""
        while self.mode()[0] == mode:
            time.sleep(0.1)

    def record(self, slot, outcome):
        if slot is not None:
            os.write(self.records, (json.dumps({"at": time.time(), **slot, "outcome": outcome}) + "\n").encode())

    def authorized_keys(self):
        return [entry["value"] for entry in read_json(os.path.join(self.options.base_dir, "authorized_keys"), [])]

    def authorized_hashes(self):
        return [b58encode("tz1", blake2b(b58decode("edpk", key, 32), 20)) for key in self.authorized_keys()]

    def check_authentication(self, key_hash, data, signature):
        if not self.options.require_authentication:
            return
        if signature is None:
            raise Refused("missing authentication signature field")
        message = b"\x04\x01" + b"\x00" + b58decode("tz1", key_hash, 20) + data
        digest = blake2b(message, 32)
        keys = (b58decode("edpk", key, 32) for key in self.authorized_keys())
        if not any(Ed25519.verifies(key, signature, digest) for key in keys):
            raise Refused("invalid authentication signature")

    def sign(self, key_hash, data, authentication):
        if key_hash not in self.seeds:
            raise Refused(f"no keys for the source contract {key_hash}")
        magic_bytes = self.options.magic_bytes
        if magic_bytes is not None and (not data or data[0] not in magic_bytes):
            raise Refused(f"magic byte 0x{data[0]:02X} not allowed" if data else "can't sign empty data")
        self.check_authentication(key_hash, data, authentication)
        sign = lambda: Ed25519.sign(self.seeds[key_hash], blake2b(data, 32))
        if not self.options.check_high_watermark:
            return sign()
        return self.watermarks.signed_once(key_hash, data, sign)

    def answer(self, key_hash, data, authentication, transport):
        """Deals with a signing request as its mode says, through a transport: what each protocol's answers look like."""
        mode, milliseconds = self.mode()
        slot = slot_of(key_hash, data)
        began = time.monotonic()
        if mode in ("hang", "close", "garbage"):
            self.record(slot, "unanswered")
            if mode == "hang":
                self.hang(mode)
            elif mode == "garbage":
                transport.raw(b"\x00\xffNo protocol's answer\r\n\r\n" * 20)
            transport.close()
        elif mode in ("refuse500", "refuse409"):
            self.record(slot, "refused")
            time.sleep(0.03)
            transport.refuse(int(mode[-3:]), "told to refuse by the drill")
        else:
            try:
                signature = self.sign(key_hash, data, authentication)
            except Refused as refusal:
                self.record(slot, "refused")
                transport.refuse(500, str(refusal))
                return
            self.record(slot, "unanswered" if mode == "break" else "signed")
            pause = 30 if mode in ("break", "drip") else milliseconds
            time.sleep(max(0, pause / 1000 - (time.monotonic() - began)))
            if mode == "break":
                transport.break_off(signature)
            elif mode == "drip":
                transport.drip(signature, milliseconds / 1000)
            else:
                transport.signature(signature)


# --- Over HTTP ---


class HttpHandler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "octez-signer"
    # One packet for an answer's last part, without waiting for the client to say that it has the first.
    disable_nagle_algorithm = True

    def do_GET(self):
        signer, path = self.server.signer, urlsplit(self.path).path
        key = re.fullmatch(r"/keys/(\w+)", path)
        if key and key[1] in signer.public_keys:
            self.json(200, {"public_key": b58encode("edpk", signer.public_keys[key[1]])})
        elif path == "/authorized_keys":
            required = signer.options.require_authentication
            self.json(200, {"authorized_keys": signer.authorized_hashes()} if required else {})
        elif path == "/known_keys" and signer.options.allow_list_known_keys:
            self.json(200, {"known_keys": list(signer.public_keys)})
        elif path == "/known_keys":
            self.refuse(500, "List known keys request not allowed.")
        else:
            self.json(404, [])

    def do_POST(self):
        url, key = urlsplit(self.path), re.fullmatch(r"/keys/(\w+)", urlsplit(self.path).path)
        body = self.body()
        if not key or body is None:
            self.json(404 if body is not None else 400, [])
            return
        text = parse_qs(url.query).get("authentication", [None])[0]
        try:
            data = bytes.fromhex(json.loads(body))
            prefix = "edsig" if text and text.startswith("edsig") else "sig"
            authentication = None if text is None else b58decode(prefix, text, 64)
        except (ValueError, TypeError, OverflowError) as error:
            self.json(400, [{"kind": "permanent", "id": "rpc_error", "msg": str(error)}])
            return
        self.server.signer.answer(key[1], data, authentication, self)

    def body(self):
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        data = b""
        while True:
            size = int(self.rfile.readline().split(b";")[0] or b"0", 16)
            data += self.rfile.read(size)
            self.rfile.readline()
            if size == 0:
                return data

    def answer_bytes(self, status, value):
        """A whole answer, chunked as the real one's."""
        body = json.dumps(value).encode()
        reason = http.HTTPStatus(status).phrase
        head = f"HTTP/1.1 {status} {reason}\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n"
        return head.encode(), b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)

    def json(self, status, value):
        self.raw(b"".join(self.answer_bytes(status, value)))

    def raw(self, data):
        self.wfile.write(data)

    def signature(self, signature):
        self.json(200, {"signature": b58encode("edsig", signature)})

    def refuse(self, status, message):
        self.json(status, [{"kind": "temporary", "id": "failure", "msg": message}])

    def break_off(self, signature):
        head, body = self.answer_bytes(200, {"signature": b58encode("edsig", signature)})
        self.raw(head + body[: len(body) // 2])
        self.close()

    def drip(self, signature, seconds):
        for byte in b"".join(self.answer_bytes(200, {"signature": b58encode("edsig", signature)})):
            self.raw(bytes([byte]))
            time.sleep(seconds)

    def close(self):
        self.close_connection = True

    def log_message(self, *_):
        pass


# --- Over a socket: messages with a length of two bytes before them ---

SIGN, PUBLIC_KEY, AUTHORIZED_KEYS, KNOWN_KEYS = 0, 1, 2, 6


class SocketHandler(socketserver.BaseRequestHandler):
    def handle(self):
        self.open = True
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while self.open:
            message = self.message()
            if message is None:
                return
            try:
                self.step(message)
            except (Refused, ValueError, IndexError, struct.error, OverflowError) as error:
                self.refuse(500, str(error))

    def message(self):
        head = self.exactly(2)
        return None if head is None else self.exactly(struct.unpack(">H", head)[0])

    def exactly(self, size):
        data = b""
        while len(data) < size:
            part = self.request.recv(size - len(data))
            if not part:
                return None
            data += part
        return data

    def step(self, message):
        signer, tag = self.server.signer, message[0]
        if tag == SIGN:
            key_hash = self.key_hash(message[1:22])
            (size,) = struct.unpack_from(">I", message, 22)
            data, rest = message[26 : 26 + size], message[26 + size :]
            signer.answer(key_hash, data, rest[1:] if rest[:1] == b"\xff" else None, self)
        elif tag == PUBLIC_KEY:
            key_hash = self.key_hash(message[1:22])
            if key_hash not in signer.public_keys:
                raise Refused(f"no keys for the source contract {key_hash}")
            self.ok(b"\x00" + signer.public_keys[key_hash])
        elif tag == AUTHORIZED_KEYS:
            required = signer.options.require_authentication
            self.ok(b"\x01" + self.hashes(signer.authorized_hashes()) if required else b"\x00")
        elif tag == KNOWN_KEYS:
            if not signer.options.allow_list_known_keys:
                raise Refused("List known keys request not allowed.")
            self.ok(self.hashes(signer.public_keys))
        else:
            raise Refused(f"unexpected tag {tag}")

    @staticmethod
    def key_hash(data):
        if data[0] != 0:
            raise Refused("only ed25519 keys are held here")
        return b58encode("tz1", data[1:21])

    @staticmethod
    def hashes(hashes):
        data = b"".join(b"\x00" + b58decode("tz1", key_hash, 20) for key_hash in hashes)
        return struct.pack(">I", len(data)) + data

    def ok(self, value):
        self.raw(struct.pack(">H", len(value) + 1) + b"\x00" + value)

    def raw(self, data):
        self.request.sendall(data)

    def signature(self, signature):
        self.ok(signature)

    def refuse(self, _status, message):
        # An error of Octez' is a BSON document; a trace is a list of them, each with its length.
        text = lambda name, value: b"\x02%s\x00%s%s\x00" % (name, struct.pack("<i", len(value) + 1), value)
        fields = text(b"kind", b"temporary") + text(b"id", b"failure") + text(b"msg", message.encode())
        document = struct.pack("<i", len(fields) + 5) + fields + b"\x00"
        item = struct.pack(">I", len(document)) + document
        trace = b"\x01" + struct.pack(">I", len(item)) + item
        self.raw(struct.pack(">H", len(trace)) + trace)

    def break_off(self, signature):
        self.raw(struct.pack(">H", 65) + b"\x00" + signature[:20])
        self.close()

    def drip(self, signature, seconds):
        for byte in struct.pack(">H", 65) + b"\x00" + signature:
            self.raw(bytes([byte]))
            time.sleep(seconds)

    def close(self):
        self.open = False


# --- The command line ---


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def handle_error(self, *_):
        pass  # a client that went away


def arguments():
    parser = argparse.ArgumentParser(prog="octez-signer", allow_abbrev=False)
    parser.add_argument("--version", action="version", version=VERSION)
    parser.add_argument("-d", "--base-dir", default=os.path.expanduser("~/.tezos-signer"))
    parser.add_argument("-A", "--require-authentication", action="store_true")
    parser.add_argument("-f", "--password-filename")
    parser.add_argument("launch", choices=["launch"])
    parser.add_argument("protocol", choices=["http", "socket"])
    parser.add_argument("signer", choices=["signer"])
    parser.add_argument("-a", "--address", default="localhost")
    parser.add_argument("-p", "--port", type=int)
    parser.add_argument("-P", "--pidfile")
    parser.add_argument("-M", "--magic-bytes", type=lambda text: [int(byte, 0) for byte in text.split(",")])
    parser.add_argument("-W", "--check-high-watermark", action="store_true")
    parser.add_argument("-t", "--timeout", type=float)
    parser.add_argument("--allow-list-known-keys", action="store_true")
    parser.add_argument("--allow-to-prove-possession", action="store_true")
    return parser.parse_args()


def main():
    options = arguments()
    if options.pidfile:
        with open(options.pidfile, "w", encoding="ascii") as file:
            file.write(str(os.getpid()))
    http_ = options.protocol == "http"
    port = options.port or (6732 if http_ else 7732)
    try:
        server = Server((options.address, port), HttpHandler if http_ else SocketHandler)
    except OSError as error:
        sys.exit(f"octez-signer: {error}")
    server.signer = Signer(options)
    print(f"Accepting {'HTTP' if http_ else 'TCP'} requests on port {port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
