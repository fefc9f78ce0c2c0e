"""Athena's CSV as columns of declared types."""

from datetime import date, datetime

import pyarrow as pa
import pytest

from lakehouse.athena import read_csv

SCHEMA = pa.schema(
    [
        pa.field("name", pa.string(), nullable=False),
        pa.field("note", pa.string()),
        pa.field("n", pa.int64()),
        pa.field("share", pa.float64()),
        pa.field("at", pa.timestamp("us")),
        pa.field("day", pa.date32()),
    ]
)
HEADER = b'"name","note","n","share","at","day"\n'


def test_types_are_as_declared_and_null_is_not_an_empty_text() -> None:
    body = HEADER + b'"a ""b"",\nc","","12","57.6271186440678","2026-03-01 05:00:00.123456","2026-03-01"\n"d",,,,,\n'
    assert read_csv(body, SCHEMA).to_pylist() == [
        {
            "name": 'a "b",\nc',
            "note": "",
            "n": 12,
            "share": 57.6271186440678,
            "at": datetime(2026, 3, 1, 5, 0, 0, 123456),  # noqa: DTZ001 - as Iceberg's
            "day": date(2026, 3, 1),
        },
        {"name": "d", "note": None, "n": None, "share": None, "at": None, "day": None},
    ]


def test_milliseconds_as_athena_prints_them_on_aws() -> None:
    (row,) = read_csv(HEADER + b'"a",,,"1.0E2","2026-03-01 05:00:00.000",\n', SCHEMA).to_pylist()
    assert (row["share"], row["at"]) == (100.0, datetime(2026, 3, 1, 5))  # noqa: DTZ001 - as Iceberg's


def test_an_answer_without_rows_has_its_columns() -> None:
    assert read_csv(HEADER, SCHEMA).schema == SCHEMA


def test_null_in_a_required_column_is_no_answer() -> None:
    with pytest.raises(ValueError, match="null"):
        read_csv(HEADER + b',"x",,,,\n', SCHEMA)
