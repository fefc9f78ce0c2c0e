"""PyAthena, as analysts use it."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from pyathena import connect
from pyathena.cursor import DictCursor
from pyathena.error import OperationalError

from support.athena import Athena
from support.local_aws import REGION


@pytest.fixture
def connection(athena: Athena) -> Iterator[Any]:
    with connect(
        s3_staging_dir=f"{athena.output}/",
        schema_name="tests",
        region_name=REGION,
        endpoint_url=athena.aws.endpoint,
        aws_access_key_id="000000000000",
        aws_secret_access_key="test",
        poll_interval=0.02,
    ) as opened:
        yield opened


def test_rows_become_python_values(connection: Any) -> None:
    cursor = connection.cursor()
    cursor.execute(
        "SELECT 1 AS i, 1.5E0 AS d, 'x' AS s, true AS b, date '2026-01-02' AS day, "
        "timestamp '2026-01-02 03:04:05.678' AS ts, CAST(1.50 AS decimal(5, 2)) AS n, NULL AS nothing"
    )
    assert [d[0] for d in cursor.description] == ["i", "d", "s", "b", "day", "ts", "n", "nothing"]
    (row,) = cursor.fetchall()
    assert row[:4] == (1, 1.5, "x", True)
    assert row[4:6] == (dt.date(2026, 1, 2), dt.datetime(2026, 1, 2, 3, 4, 5, 678000))
    assert (str(row[6]), row[7]) == ("1.50", None)


def test_parameters_and_dictionaries(connection: Any) -> None:
    cursor = connection.cursor(DictCursor)
    cursor.execute("SELECT x FROM (VALUES 'a', 'b') t(x) WHERE x = %(wanted)s", {"wanted": "b"})
    assert cursor.fetchall() == [{"x": "b"}]


def test_changes_are_counted_and_errors_raised(connection: Any, unique: str, location: str) -> None:
    cursor = connection.cursor()
    cursor.execute(f"CREATE TABLE {unique} (a int) LOCATION '{location}' TBLPROPERTIES ('table_type' = 'ICEBERG')")
    cursor.execute(f"INSERT INTO {unique} VALUES (1), (2), (3)")
    assert cursor.rowcount == 3
    with pytest.raises(OperationalError, match="TABLE_NOT_FOUND"):
        cursor.execute("SELECT * FROM nope")
