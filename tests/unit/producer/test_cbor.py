"""The CBOR that Kinesis speaks: requests byte by byte, answers as RFC 8949 has them in its examples."""

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producer import cbor
from producer.stream import Record


def test_a_request_is_what_the_service_documents_in_cbor() -> None:
    body = cbor.request("events", [Record("bucket-1", "7", b'["x"]'), Record("b" * 30, "9", bytes(300))])
    assert body == (
        b"\xa2\x6aStreamName\x66events\x67Records\x82"
        b'\xa3\x6cPartitionKey\x68bucket-1\x6fExplicitHashKey\x617\x64Data\x45["x"]'
        b"\xa3\x6cPartitionKey\x78\x1e" + b"b" * 30 + b"\x6fExplicitHashKey\x619\x64Data\x59\x01\x2c" + bytes(300)
    )


@given(st.lists(st.builds(Record, st.text(max_size=40), st.just("1"), st.binary(max_size=300)), max_size=30))
def test_a_request_reads_as_what_it_was_made_of(records: list[Record]) -> None:
    read = cbor.loads(cbor.request("events", records))
    names = ("PartitionKey", "ExplicitHashKey", "Data")
    assert read == {"StreamName": "events", "Records": [dict(zip(names, r, strict=True)) for r in records]}


def test_data_may_have_any_length_that_kinesis_takes() -> None:
    for length in (0, 23, 24, 255, 256, 65_535, 65_536):
        data = bytes(length)
        assert cbor.loads(cbor.request("s", [Record("k", "1", data)]))["Records"][0]["Data"] == data


@pytest.mark.parametrize(
    ("hex_", "value"),
    [
        ("00", 0),
        ("17", 23),
        ("1818", 24),
        ("1903e8", 1000),
        ("1a000f4240", 1_000_000),
        ("1b000000e8d4a51000", 1_000_000_000_000),
        ("3863", -100),
        ("f93e00", 1.5),
        ("fa47c35000", 100_000.0),
        ("fb3ff199999999999a", 1.1),
        ("f4", False),
        ("f5", True),
        ("f6", None),
        ("c11a514b67b0", 1_363_896_240),
        ("4401020304", b"\1\2\3\4"),
        ("62c3bc", "ü"),
        ("83010203", [1, 2, 3]),
        ("a26161016162820203", {"a": 1, "b": [2, 3]}),
        ("9f018202039f0405ffff", [1, [2, 3], [4, 5]]),
        ("bf61610161629f0203ffff", {"a": 1, "b": [2, 3]}),
        ("7f657374726561646d696e67ff", "streaming"),
        ("5f42010243030405ff", b"\1\2\3\4\5"),
    ],
)
def test_items_read_as_the_standard_has_them(hex_: str, value: Any) -> None:
    assert cbor.loads(bytes.fromhex(hex_)) == value


@pytest.mark.parametrize("hex_", ["", "61", "1c", "f8ff", "ff", "8200", "a161", "9f01", "bf6161ff", "1fff", "7f00ff"])
def test_what_is_no_item_is_refused(hex_: str) -> None:
    with pytest.raises(ValueError, match="not CBOR"):
        cbor.loads(bytes.fromhex(hex_))


@given(st.binary(max_size=60))
def test_other_bytes_are_an_item_or_refused_too(data: bytes) -> None:
    with contextlib.suppress(ValueError):
        cbor.loads(data)
