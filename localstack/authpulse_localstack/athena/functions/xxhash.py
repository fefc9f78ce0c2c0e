"""xxHash64 with seed 0 (https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md), as Trino's xxhash64()."""

from struct import iter_unpack, unpack_from
from typing import Final

_P1: Final = 0x9E3779B185EBCA87
_P2: Final = 0xC2B2AE3D27D4EB4F
_P3: Final = 0x165667B19E3779F9
_P4: Final = 0x85EBCA77C2B2AE63
_P5: Final = 0x27D4EB2F165667C5
_MASK: Final = 0xFFFFFFFFFFFFFFFF


def _rotate(value: int, bits: int) -> int:
    return ((value << bits) | (value >> (64 - bits))) & _MASK


def _round(accumulator: int, lane: int) -> int:
    return _rotate((accumulator + lane * _P2) & _MASK, 31) * _P1 & _MASK


def xxhash64(data: bytes) -> bytes:
    """The digest, eight bytes, most significant first."""
    length, offset = len(data), 0
    if length >= 32:
        accumulators = [(_P1 + _P2) & _MASK, _P2, 0, -_P1 & _MASK]
        stripes = length // 32 * 32
        for lanes in iter_unpack("<4Q", data[:stripes]):
            accumulators = [_round(a, lane) for a, lane in zip(accumulators, lanes, strict=True)]
        offset = stripes
        value = sum(_rotate(a, bits) for a, bits in zip(accumulators, (1, 7, 12, 18), strict=True)) & _MASK
        for accumulator in accumulators:
            value = ((value ^ _round(0, accumulator)) * _P1 + _P4) & _MASK
    else:
        value = _P5
    return _avalanche(_tail(data, offset, (value + length) & _MASK)).to_bytes(8, "big")


def _tail(data: bytes, offset: int, value: int) -> int:
    while offset + 8 <= len(data):
        (lane,) = unpack_from("<Q", data, offset)
        value = (_rotate(value ^ _round(0, lane), 27) * _P1 + _P4) & _MASK
        offset += 8
    if offset + 4 <= len(data):
        (lane,) = unpack_from("<I", data, offset)
        value = (_rotate(value ^ (lane * _P1 & _MASK), 23) * _P2 + _P3) & _MASK
        offset += 4
    for byte in data[offset:]:
        value = _rotate(value ^ (byte * _P5 & _MASK), 11) * _P1 & _MASK
    return value


def _avalanche(value: int) -> int:
    value = (value ^ (value >> 33)) * _P2 & _MASK
    value = (value ^ (value >> 29)) * _P3 & _MASK
    return value ^ (value >> 32)
