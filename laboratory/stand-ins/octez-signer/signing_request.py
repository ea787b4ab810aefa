"""What bakers ask a signer to sign.

Layouts: https://gitlab.com/tezos/tezos/-/blob/octez-v25.1/src/bin_signer/handler.ml (module High_watermark).
"""

import struct

# By magic byte, which is the first byte.
KINDS = {0x11: "block", 0x12: "preattestation", 0x13: "attestation"}
BLOCK = 0x11

CHAIN_ID = slice(1, 5)
# A block: magic byte, chain ID (4 bytes), level (4), protocol level (1), predecessor (32), timestamp (8), validation
# passes (1), operations' hash (32), fitness' length (4), fitness. The round is the fitness' last 4 bytes.
BLOCK_LEVEL = 1 + 4
BLOCK_FITNESS_LENGTH = BLOCK_LEVEL + 4 + 1 + 32 + 8 + 1 + 32
# A preattestation or attestation: magic byte, chain ID (4), branch (32), kind (1), slot (2), level (4), round (4).
# Only what BLS keys sign has no slot.
ATTESTATION_LEVEL = 1 + 4 + 32 + 1 + 2
INTEGER = struct.Struct(">i")


class Refused(Exception):
    """Why the signer does not sign, in octez-signer's words."""


def level_and_round(data: bytes) -> tuple[int, int]:
    """The level and round of a payload with one of KINDS. Raises struct.error if it is too short."""
    if data[0] == BLOCK:
        (fitness_length,) = INTEGER.unpack_from(data, BLOCK_FITNESS_LENGTH)
        (level,) = INTEGER.unpack_from(data, BLOCK_LEVEL)
        (round_,) = INTEGER.unpack_from(data, BLOCK_FITNESS_LENGTH + fitness_length)
    else:
        (level,) = INTEGER.unpack_from(data, ATTESTATION_LEVEL)
        (round_,) = INTEGER.unpack_from(data, ATTESTATION_LEVEL + INTEGER.size)
    return level, round_


def record_of(key_hash: str, data: bytes) -> dict[str, object] | None:
    """How a request is recorded; None for payloads of other kinds."""
    kind = KINDS.get(data[0]) if data else None
    if kind is None:
        return None
    try:
        level, round_ = level_and_round(data)
    except struct.error:
        return None
    return {"key": key_hash, "kind": kind, "level": level, "round": round_, "payload": data.hex()}
