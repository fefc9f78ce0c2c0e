"""Kinesis' second protocol, in which bytes travel as bytes.

JSON has them as base64: a third more of everything, written here and read there, which is half of what a request
costs on either side. AWS' Java SDK, and so every Flink job and KCL, speaks CBOR to Kinesis; boto3 does not. Operation,
headers and errors are the same, so boto3 does all the rest: `speak` changes bodies where its events let one.

Only what these requests and answers need of RFC 8949.
"""

import json
import struct
from collections.abc import Sequence
from typing import Any, Final

from botocore.exceptions import HTTPClientError

from producer.stream import Record

CONTENT_TYPE: Final = "application/x-amz-cbor-1.1"
BYTES, TEXT, ARRAY, MAP, SIMPLE = 2, 3, 4, 5, 7  # an item's kind: the upper three bits of its first byte
INDEFINITE: Final = 31
BREAK: Final = 0xFF
FLOATS: Final = {25: ">e", 26: ">f", 27: ">d"}
SIMPLES: Final = {20: False, 21: True, 22: None, 23: None}
NONE_FAILED: Final = b"\x71FailedRecordCount\x00"

_BODY: Final = "authpulse_body"


def speak(kinesis: Any) -> None:
    """From now on, the client's PutRecords takes `Record`s and goes as CBOR."""
    events = kinesis.meta.events
    events.register("before-parameter-build.kinesis.PutRecords", _take_records)
    events.register("before-call.kinesis.PutRecords", _replace_body)
    events.register("before-parse.kinesis.PutRecords", _answer_as_json)


def _take_records(params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
    context[_BODY] = request(params["StreamName"], params.pop("Records"))


def _replace_body(params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
    params["body"] = context.pop(_BODY)
    params["headers"]["Content-Type"] = CONTENT_TYPE


def _answer_as_json(response_dict: dict[str, Any], **_: Any) -> None:
    if response_dict["headers"].get("Content-Type") != CONTENT_TYPE:
        return  # a proxy's own words, perhaps
    body = response_dict["body"]
    try:
        # If none failed, as is the rule, nothing else is of interest: neither shards nor sequence numbers.
        answer = {"FailedRecordCount": 0, "Records": []} if NONE_FAILED in body else loads(body)
    except ValueError as error:
        raise HTTPClientError(error=error) from error
    response_dict["body"] = json.dumps(answer).encode()


def request(stream: str, records: Sequence[Record]) -> bytes:
    """The body of a PutRecords."""
    parts = [_head(MAP, 2), _text("StreamName"), _text(stream), _text("Records"), _head(ARRAY, len(records))]
    for partition_key, hash_key, data in records:
        parts += (_BEFORE_KEY, _text(partition_key), _BEFORE_HASH_KEY, _text(hash_key), _BEFORE_DATA)
        parts += (_head(BYTES, len(data)), data)
    return b"".join(parts)


def _head(major: int, number: int) -> bytes:
    """An item's first bytes: what it is, and its value or length."""
    if number < 24:
        return bytes((major << 5 | number,))
    if number < 0x100:
        return bytes((major << 5 | 24, number))
    if number < 0x10000:
        return struct.pack(">BH", major << 5 | 25, number)
    return struct.pack(">BI", major << 5 | 26, number)


def _text(text: str) -> bytes:
    data = text.encode()
    return _head(TEXT, len(data)) + data


_BEFORE_KEY: Final = _head(MAP, 3) + _text("PartitionKey")
_BEFORE_HASH_KEY: Final = _text("ExplicitHashKey")
_BEFORE_DATA: Final = _text("Data")


def loads(data: bytes) -> Any:
    """The item that the bytes are. Raises ValueError for bytes that are none."""
    try:
        return _Items(data).next()
    except (LookupError, TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"not CBOR: {error}") from error


class _Items:
    """One item after the other."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def next(self) -> Any:
        first = self._data[self._at]
        self._at += 1
        major, info = first >> 5, first & 31
        if major == SIMPLE:
            return self._simple(info)
        if info == INDEFINITE:
            return self._gathered(major, self._until_break())
        number = self._number(info)
        item: Any
        match major:
            case 0:
                item = number
            case 1:
                item = -1 - number
            case 2:
                item = self._take(number)
            case 3:
                item = self._take(number).decode()
            case 4:
                item = [self.next() for _ in range(number)]
            case 5:
                item = {self.next(): self.next() for _ in range(number)}
            case _:
                item = self.next()  # a tag says what its item means, as that a number is a time
        return item

    def _take(self, length: int) -> bytes:
        taken = self._data[self._at : self._at + length]
        if len(taken) < length:
            raise ValueError("it ends too soon")
        self._at += length
        return taken

    def _number(self, info: int) -> int:
        if info < 24:
            return info
        if info > 27:
            raise ValueError(f"no item has {info} in its first byte")
        return int.from_bytes(self._take(1 << (info - 24)))

    def _simple(self, info: int) -> Any:
        if info in FLOATS:
            (number,) = struct.unpack(FLOATS[info], self._take(1 << (info - 24)))
            return number
        if info not in SIMPLES:
            raise ValueError(f"there is no simple value {info}")
        return SIMPLES[info]

    def _until_break(self) -> list[Any]:
        found = []
        while self._data[self._at] != BREAK:
            found.append(self.next())
        self._at += 1
        return found

    @staticmethod
    def _gathered(major: int, found: list[Any]) -> Any:
        """Of unknown length: texts and bytes come in chunks, keys and values one after the other."""
        match major:
            case 2:
                return b"".join(found)
            case 3:
                return "".join(found)
            case 4:
                return found
            case 5:
                return dict(zip(found[::2], found[1::2], strict=True))
            case _:
                raise ValueError("a number without an end")
