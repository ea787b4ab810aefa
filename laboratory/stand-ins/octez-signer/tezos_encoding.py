"""Base58Check and BLAKE2b as Tezos uses them.

Prefixes: https://gitlab.com/tezos/tezos/-/blob/octez-v25.1/src/lib_crypto/base58.ml (module Prefix).
"""

import hashlib

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
PREFIXES = {
    "edsk": bytes([13, 15, 58, 7]),
    "edpk": bytes([13, 15, 37, 217]),
    "tz1": bytes([6, 161, 159]),
    "edsig": bytes([9, 245, 205, 134, 18]),
    "sig": bytes([4, 130, 43]),
    "Net": bytes([87, 82, 0]),
}
CHECKSUM_SIZE = 4


def b58encode(prefix: str, payload: bytes) -> str:
    """Encodes a payload with one of PREFIXES."""
    data = PREFIXES[prefix] + payload
    number, text = int.from_bytes(data + _checksum(data), "big"), ""
    while number:
        number, digit = divmod(number, len(ALPHABET))
        text = ALPHABET[digit] + text
    return text


def b58decode(prefix: str, text: str, size: int) -> bytes:
    """Decodes a payload of `size` bytes. Raises ValueError if the text is anything else."""
    number = 0
    for character in text:
        number = number * len(ALPHABET) + ALPHABET.index(character)
    start = len(PREFIXES[prefix])
    encoded = number.to_bytes(start + size + CHECKSUM_SIZE, "big")
    data, checksum = encoded[:-CHECKSUM_SIZE], encoded[-CHECKSUM_SIZE:]
    if data[:start] != PREFIXES[prefix] or checksum != _checksum(data):
        raise ValueError(f"{text} is not a valid {prefix}")
    return data[start:]


def blake2b(data: bytes, size: int) -> bytes:
    """A BLAKE2b hash of `size` bytes."""
    return hashlib.blake2b(data, digest_size=size).digest()


def key_hash_of(public_key: bytes) -> str:
    """The tz1 address of an ed25519 public key."""
    return b58encode("tz1", blake2b(public_key, 20))


def _checksum(data: bytes) -> bytes:
    return hashlib.sha256(hashlib.sha256(data).digest()).digest()[:CHECKSUM_SIZE]
