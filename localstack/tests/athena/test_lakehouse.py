"""The lake's own statements: its DDL makes what PyIceberg makes, and its queries run over filled tables."""

import re
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyiceberg.io.pyarrow import schema_to_pyarrow

from support.athena import Athena
from support.lake import glue_catalog

pytestmark = pytest.mark.timeout(600)  # the first test makes and fills six tables
LAKEHOUSE = Path(__file__).resolve().parents[3] / "lakehouse"
DATABASE, WAREHOUSE = "lakehouse_tests", "s3://athena-tests/lakehouse"
TABLES = (
    "auth_events_raw",
    "auth_events_curated",
    "auth_alerts",
    "auth_events_quarantine",
    "user_behavior_hourly",
    "host_popularity_daily",
)
QUERIES = sorted(p.stem for p in (LAKEHOUSE / "queries").glob("*.sql"))


def statements() -> list[str]:
    text = (LAKEHOUSE / "iceberg_ddl.sql").read_text()
    filled = text.replace("${database}", DATABASE).replace("${warehouse}", WAREHOUSE)
    return [s.strip() for s in filled.split(";\n") if "CREATE" in s]


@pytest.fixture(scope="module")
def lake(athena: Athena) -> Athena:
    """All tables, made by the DDL and filled by PyIceberg with a few hundred rows."""
    athena.query(f"CREATE DATABASE {DATABASE}")
    for statement in statements():
        athena.query(statement)
    catalog = glue_catalog(athena.aws)
    for name in TABLES:
        table = catalog.load_table((DATABASE, name))
        schema = schema_to_pyarrow(table.schema(), include_field_ids=False)
        table.append(pa.Table.from_pylist([{f.name: value(f, n) for f in schema} for n in range(300)], schema))
    return Athena(athena.aws, DATABASE, athena.output)


def value(field: pa.Field, number: int) -> Any:
    """Something that fits the column; optional text is NULL now and then."""
    if field.name == "user_id":
        return f"U{number % 20}@DOM1"
    if field.name in ("risk_score", "attempts_1h"):
        return number % 101
    if field.name == "source_host" and number % 7 == 0:
        return None
    if pa.types.is_date(field.type):
        return date(2026, 3, 1) + timedelta(days=number // 144)
    if pa.types.is_timestamp(field.type):
        return datetime(2026, 3, 1) + timedelta(minutes=10 * number)
    if pa.types.is_list(field.type) or pa.types.is_large_list(field.type):
        return [["NEW_HOST"], [], ["NEW_HOST", "FAILURE_BURST"]][number % 3]
    if pa.types.is_boolean(field.type):
        return number % 2 == 0
    if pa.types.is_integer(field.type):
        return number % 12
    if pa.types.is_floating(field.type):
        return number / 2
    return f"{field.name}-{number % 30}"


def test_there_is_a_statement_for_every_table() -> None:
    assert [re.findall(r"EXISTS \w+\.(\w+)", s)[0] for s in statements()] == list(TABLES)


def test_the_ddl_makes_iceberg_tables_by_day(lake: Athena) -> None:
    catalog = glue_catalog(lake.aws)
    for name in TABLES:
        table = catalog.load_table((DATABASE, name))
        (field,) = table.spec().fields
        day_of = table.schema().find_column_name(field.source_id)
        assert (str(field.transform), field.name) == ("day", f"{day_of}_day")
        assert table.location() == f"{WAREHOUSE}/{name}"
        assert all(f.doc for f in table.schema().fields)
        assert table.properties["write.parquet.compression-codec"] == "zstd"


def test_running_the_ddl_again_changes_nothing(lake: Athena) -> None:
    for statement in statements():
        lake.query(statement)
    assert lake.value("count(*) FROM auth_events_raw") == "300"


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_of_the_lake_is_understood(lake: Athena, name: str) -> None:
    answer = lake.query((LAKEHOUSE / "queries" / f"{name}.sql").read_text())
    assert all(len(row) == len(answer.columns) >= 3 for row in answer.rows)


def test_the_riskiest_users_come_first_with_their_rules(lake: Athena) -> None:
    answer = lake.query((LAKEHOUSE / "queries" / "risk_by_user.sql").read_text())
    rows = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
    assert len(rows) == 10
    scores = [int(r["highest_score"] or 0) for r in rows]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] == 100
    assert {r["rules"] for r in rows} == {"[FAILURE_BURST, NEW_HOST]"}


def test_freshness_counts_from_now(lake: Athena) -> None:
    answer = lake.query((LAKEHOUSE / "queries" / "freshness.sql").read_text())
    assert answer.types == ("timestamp", "timestamp", "bigint")
    newest, _, lag = answer.rows[0]
    assert newest == "2026-03-03 01:50:00.000000"
    seconds = lake.value(f"date_diff('second', timestamp '{newest}', localtimestamp)")
    assert abs(int(lag or 0) - int(seconds or 0)) < 60
