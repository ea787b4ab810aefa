"""The signer behind both protocols, and its faults."""

import argparse
import functools
import json
import os
import time
from pathlib import Path
from typing import Protocol

import ed25519
from signing_request import Refused, record_of
from tezos_encoding import b58decode, blake2b, key_hash_of
from watermarks import Watermarks, read_json

# How long a signature takes unless the mode names another time.
SIGN_MILLISECONDS = 30


class Options(argparse.Namespace):
    """The command line."""

    base_dir: Path
    require_authentication: bool
    password_filename: str | None
    protocol: str
    address: str
    port: int | None
    pidfile: Path | None
    magic_bytes: list[int] | None
    check_high_watermark: bool
    timeout: float | None
    allow_list_known_keys: bool
    allow_to_prove_possession: bool


class Transport(Protocol):
    """How a protocol answers a signing request."""

    def send_signature(self, signature: bytes) -> None:
        """Sends a signature."""

    def refuse(self, status: int, message: str) -> None:
        """Sends an error. `status` is HTTP's."""

    def truncate(self, signature: bytes) -> None:
        """Sends the first part of an answer, then closes the connection."""

    def drip(self, signature: bytes, seconds: float) -> None:
        """Sends a signature byte by byte, with that pause after each."""

    def send_raw(self, data: bytes) -> None:
        """Sends bytes as they are."""

    def close(self) -> None:
        """Closes the connection."""


class Signer:
    """Holds the keys in secret_keys of --base-dir, and records each signing request."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.public_keys: dict[str, bytes] = {}
        self._folder = options.base_dir / "stand-in"
        self._folder.mkdir(parents=True, exist_ok=True)
        self._watermarks = Watermarks(options.base_dir)
        self._seeds: dict[str, bytes] = {}
        for entry in read_json(options.base_dir / "secret_keys", []):
            seed = b58decode("edsk", entry["value"].removeprefix("unencrypted:"), 32)
            public_key = ed25519.public_key_of(seed)
            key_hash = key_hash_of(public_key)
            self._seeds[key_hash], self.public_keys[key_hash] = seed, public_key
        # Each record is one write, so it is complete however this process ends. No fsync: on a busy host it would delay
        # the answer, and count as latency of the signer path.
        self._records = os.open(self._folder / "records", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def authorized_hashes(self) -> list[str]:
        """The hashes of the keys that may authenticate requests."""
        return [key_hash_of(key) for key in self._authorized_keys()]

    def answer(self, key_hash: str, data: bytes, authentication: bytes | None, transport: Transport) -> None:
        """Answers a signing request according to the mode."""
        mode, milliseconds = self._mode()
        record = record_of(key_hash, data)
        began = time.monotonic()
        if mode in ("hang", "close", "garbage"):
            self._write_record(record, "unanswered")
            if mode == "hang":
                self._hang()
            elif mode == "garbage":
                transport.send_raw(b"\x00\xffNot an answer of any protocol\r\n\r\n" * 20)
            transport.close()
            return
        if mode in ("refuse500", "refuse409"):
            self._write_record(record, "refused")
            time.sleep(SIGN_MILLISECONDS / 1000)
            transport.refuse(int(mode.removeprefix("refuse")), "refused, as the drill demands")
            return
        try:
            signature = self._sign(key_hash, data, authentication)
        except Refused as refusal:
            self._write_record(record, "refused")
            transport.refuse(500, str(refusal))
            return
        self._write_record(record, "unanswered" if mode == "truncate" else "signed")
        pause = SIGN_MILLISECONDS if mode in ("truncate", "drip") else milliseconds
        time.sleep(max(0, pause / 1000 - (time.monotonic() - began)))
        if mode == "truncate":
            transport.truncate(signature)
        elif mode == "drip":
            transport.drip(signature, milliseconds / 1000)
        else:
            transport.send_signature(signature)

    def _mode(self) -> tuple[str, int]:
        """The present mode, and its number of milliseconds."""
        try:
            words = (self._folder / "mode").read_text(encoding="ascii").split()
        except FileNotFoundError:
            words = []
        return (words or ["ok"])[0], int(words[1]) if len(words) > 1 else SIGN_MILLISECONDS

    def _hang(self) -> None:
        """Waits until the mode changes, and leaves the connection open, as a process that hangs does."""
        while self._mode()[0] == "hang":
            time.sleep(0.1)

    def _write_record(self, record: dict[str, object] | None, outcome: str) -> None:
        if record is not None:
            line = json.dumps({"at": time.time(), **record, "outcome": outcome}) + "\n"
            os.write(self._records, line.encode())

    def _authorized_keys(self) -> list[bytes]:
        entries = read_json(self.options.base_dir / "authorized_keys", [])
        return [b58decode("edpk", entry["value"], 32) for entry in entries]

    def _sign(self, key_hash: str, data: bytes, authentication: bytes | None) -> bytes:
        if key_hash not in self._seeds:
            raise Refused(f"no keys for the source contract {key_hash}")
        magic_bytes = self.options.magic_bytes
        if magic_bytes is not None and (not data or data[0] not in magic_bytes):
            raise Refused(f"magic byte 0x{data[0]:02X} not allowed" if data else "can't sign empty data")
        self._check_authentication(key_hash, data, authentication)
        sign = functools.partial(ed25519.sign, self._seeds[key_hash], blake2b(data, 32))
        if not self.options.check_high_watermark:
            return sign()
        return self._watermarks.signed_once(key_hash, data, sign)

    def _check_authentication(self, key_hash: str, data: bytes, signature: bytes | None) -> None:
        if not self.options.require_authentication:
            return
        if signature is None:
            raise Refused("missing authentication signature field")
        # Sign.Request.to_sign in
        # https://gitlab.com/tezos/tezos/-/blob/octez-v25.1/src/lib_signer_services/signer_messages.ml
        message = b"\x04\x01" + b"\x00" + b58decode("tz1", key_hash, 20) + data
        digest = blake2b(message, 32)
        if not any(ed25519.is_valid(key, signature, digest) for key in self._authorized_keys()):
            raise Refused("invalid authentication signature")
