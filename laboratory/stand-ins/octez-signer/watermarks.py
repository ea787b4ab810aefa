"""octez-signer's high watermarks.

https://gitlab.com/tezos/tezos/-/blob/octez-v25.1/src/bin_signer/handler.ml (module High_watermark)
"""

import json
import struct
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from signing_request import CHAIN_ID, KINDS, Refused, level_and_round
from tezos_encoding import b58decode, b58encode, blake2b


class Watermarks:
    """A file for each kind of payload, with the last signature of each chain and key.

    The same payload again gets the same signature. Other payloads of the same or a lower level and round are refused.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()

    def signed_once(self, key_hash: str, data: bytes, sign: Callable[[], bytes]) -> bytes:
        """The stored signature, or a new one. Raises Refused if the watermark forbids it."""
        if not data or data[0] not in KINDS:
            return sign()
        kind = KINDS[data[0]]
        with self._lock:
            file = self._folder / f"{kind}_high_watermark"
            marks = read_json(file, {})
            if len(data) < CHAIN_ID.stop + 4:
                raise Refused(f"byte sequence too short to be {'an' if kind == 'attestation' else 'a'} {kind}")
            digest = blake2b(data, 32).hex()
            chain = b58encode("Net", data[CHAIN_ID])
            try:
                level, round_ = level_and_round(data)
            except struct.error as error:
                raise Refused(f"Failed to retrieve level and round of {kind}: {error}") from error
            mark = marks.get(chain, {}).get(key_hash)
            stored = None if mark is None else _check(kind, mark, level, round_, digest)
            if stored is not None:
                return b58decode("edsig", stored, 64)
            signature = sign()
            mark = {"level": level, "round": round_, "hash": digest, "signature": b58encode("edsig", signature)}
            marks.setdefault(chain, {})[key_hash] = mark
            # Like octez-signer: a new file is renamed, without fsync.
            new = file.with_name(f"{file.name}.tmp")
            new.write_text(json.dumps(marks), encoding="utf-8")
            new.rename(file)
            return signature


def _check(kind: str, mark: dict[str, Any], level: int, round_: int, digest: str) -> str | None:
    """The signature of the same payload, or None for a level and round above the watermark."""
    if mark["level"] > level:
        raise Refused(f"{kind} level {level} below high watermark {mark['level']}")
    if mark["level"] < level or mark["round"] < round_:
        return None
    if mark["round"] > round_:
        watermark = f"({mark['level']},{mark['round']})"
        raise Refused(f"{kind} level {level} and round {round_} not above high watermark {watermark}")
    if mark["hash"] != digest:
        raise Refused(f"{kind} level {level} and round {round_} already signed with different data")
    return str(mark["signature"])


def read_json(file: Path, default: Any) -> Any:
    """A file's JSON, or the default if the file does not exist."""
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return default
