"""The .metadata object beside every result: the columns as a protocol buffer, which drivers read.

Field 4 of the message repeats the column: 1 catalogue, 2 schema, 3 table, 4 name, 5 label, 6 type, 7 precision,
8 scale, 9 nullable (1 no, 2 yes, 3 unknown), 10 case sensitive. AWS does not document it; burtcorp/athena-jdbc reads it
so.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from authpulse_localstack.athena.results.columns import ResultColumn

_COLUMN: Final = 4
_NULLABLE: Final = {"NOT_NULL": 1, "NULLABLE": 2, "UNKNOWN": 3}
_VARINT, _BYTES = 0, 2


def encode(columns: Sequence[ResultColumn]) -> bytes:
    return b"".join(_field(_COLUMN, _column(c)) for c in columns)


def decode(data: bytes) -> tuple[ResultColumn, ...]:
    """Raises ValueError for what is no such message."""
    return tuple(
        _read_column(value) for number, value in _fields(data) if number == _COLUMN and isinstance(value, bytes)
    )


def _column(column: ResultColumn) -> bytes:
    name = column.name.encode()
    return b"".join(
        (
            _field(1, b"hive"),
            _field(4, name),
            _field(5, name),
            _field(6, column.type.encode()),
            _field(7, column.precision),
            _field(8, column.scale),
            _field(9, _NULLABLE[column.nullable]),
            _field(10, int(column.case_sensitive)),
        )
    )


def _field(number: int, value: bytes | int) -> bytes:
    if isinstance(value, int):
        return _varint(number << 3 | _VARINT) + _varint(value)
    return _varint(number << 3 | _BYTES) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    written = bytearray()
    while value > 0x7F:
        written.append(value & 0x7F | 0x80)
        value >>= 7
    written.append(value)
    return bytes(written)


def _read_column(data: bytes) -> ResultColumn:
    fields = dict(_fields(data))
    texts = {n: v.decode() for n, v in fields.items() if isinstance(v, bytes)}
    numbers = {n: v for n, v in fields.items() if isinstance(v, int)}
    nullable = next((word for word, n in _NULLABLE.items() if n == numbers.get(9)), "UNKNOWN")
    return ResultColumn(
        texts.get(4, ""), texts.get(6, "varchar"), numbers.get(7, 0), numbers.get(8, 0), nullable, bool(numbers.get(10))
    )


def _fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    offset = 0
    while offset < len(data):
        key, offset = _read_varint(data, offset)
        value, offset = _read_varint(data, offset)
        if key & 7 == _VARINT:
            yield key >> 3, value
        elif key & 7 == _BYTES:
            yield key >> 3, data[offset : offset + value]
            offset += value
        else:
            raise ValueError(f"wire type {key & 7} at byte {offset}")


def _read_varint(data: bytes, offset: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if offset >= len(data):
            raise ValueError("the message ends in the middle of a number")
        byte = data[offset]
        value |= (byte & 0x7F) << shift
        offset, shift = offset + 1, shift + 7
        if byte < 0x80:
            return value, offset
