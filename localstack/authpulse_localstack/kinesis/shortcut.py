"""PutRecords and GetRecords without botocore's shapes between the wire and the store; see `shortcuts`.

Both protocols of the service: JSON, where data are base64, and the CBOR of the Java SDK, where they are bytes and times
are whole milliseconds under tag 1.
"""

import json
from binascii import a2b_base64, b2a_base64
from collections.abc import Callable
from typing import Any, Final, NamedTuple

import cbor2

from authpulse_localstack.kinesis.errors import KinesisError
from authpulse_localstack.kinesis.putting import put_records
from authpulse_localstack.kinesis.shapes import Json, batch
from authpulse_localstack.kinesis.store import Entry, Store
from authpulse_localstack.shortcuts import Answer, Asked, offer

TIME_TAG: Final = 1


class _Protocol(NamedTuple):
    loads: Callable[[bytes], Any]
    dumps: Callable[[Json], bytes]
    data_in: Callable[[Any], bytes]
    data_out: Callable[[bytes], Any]
    time_out: Callable[[float], Any]


def _bytes(value: Any) -> bytes:
    if type(value) is not bytes:
        raise TypeError
    return value


_PROTOCOLS: Final = {
    b"application/x-amz-json-1.1": _Protocol(
        loads=json.loads,
        dumps=lambda document: json.dumps(document, separators=(",", ":")).encode(),
        data_in=a2b_base64,
        data_out=lambda data: b2a_base64(data, newline=False).decode(),
        time_out=lambda seconds: round(seconds, 6),
    ),
    b"application/x-amz-cbor-1.1": _Protocol(
        loads=cbor2.loads,
        dumps=cbor2.dumps,
        data_in=_bytes,
        data_out=lambda data: data,
        time_out=lambda seconds: cbor2.CBORTag(TIME_TAG, int(seconds * 1000)),
    ),
}


class Shortcuts:
    """The two operations over a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def offer(self) -> None:
        """From now on they are taken."""
        offer("Kinesis_20131202.PutRecords", self.put_records)
        offer("Kinesis_20131202.GetRecords", self.get_records)

    def put_records(self, asked: Asked) -> Answer | None:
        """See `shortcuts.Shortcut`."""
        return self._answer(asked, self._put)

    def get_records(self, asked: Asked) -> Answer | None:
        """See `shortcuts.Shortcut`."""
        return self._answer(asked, self._get)

    @staticmethod
    def _answer(asked: Asked, operation: Callable[[Asked, Json, _Protocol], Json]) -> Answer | None:
        protocol = _PROTOCOLS.get(asked.content_type)
        if protocol is None:
            return None
        try:
            request = protocol.loads(asked.body)
            answer = operation(asked, request, protocol)
        except (KinesisError, LookupError, TypeError, ValueError, AttributeError):
            return None  # nothing was done: a store refuses first
        return Answer(request, protocol.dumps(answer))

    def _put(self, asked: Asked, request: Json, protocol: _Protocol) -> Json:
        stream = self._store.named(asked.account, asked.region, request)
        data_in = protocol.data_in
        entries = [Entry(r["PartitionKey"], r.get("ExplicitHashKey"), data_in(r["Data"])) for r in request["Records"]]
        return put_records(self._store, stream, entries)

    def _get(self, asked: Asked, request: Json, protocol: _Protocol) -> Json:
        read = self._store.read(asked.account, asked.region, request["ShardIterator"], request.get("Limit"))
        return batch(read, data_out=protocol.data_out, time_out=protocol.time_out)
