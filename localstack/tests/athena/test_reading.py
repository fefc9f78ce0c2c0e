"""What is read of a table and what it costs: pruning, time travel, metadata tables, views, other formats."""

from datetime import UTC, datetime

import pyarrow as pa
import pytest

from support.athena import Athena, reason
from support.lake import glue_catalog

ICEBERG = "TBLPROPERTIES ('table_type' = 'ICEBERG')"


@pytest.fixture(scope="module")
def days(athena: Athena) -> str:
    """Three snapshots, a day each; the second also replaced what the first had by nothing."""
    athena.query(
        "CREATE TABLE days (id int, at timestamp, score double, name string) PARTITIONED BY (day(at)) "
        f"LOCATION 's3://athena-tests/tables/days' {ICEBERG}"
    )
    for day in (1, 2, 3):
        athena.query(
            f"INSERT INTO days VALUES ({day}, timestamp '2026-01-0{day} 10:00:00', {day}.5E0, 'd{day}'), "
            f"({day}0, timestamp '2026-01-0{day} 23:59:59.999999', NULL, NULL)"
        )
    return "days"


def scanned(athena: Athena, sql: str) -> int:
    return int(athena.query(sql).execution["Statistics"]["DataScannedInBytes"])


def test_a_condition_on_the_partition_leaves_files_out(athena: Athena, days: str) -> None:
    everything = scanned(athena, "SELECT sum(id) FROM days")
    one_day = scanned(athena, "SELECT sum(id) FROM days WHERE at >= timestamp '2026-01-03 00:00:00'")
    assert 0 < one_day < everything
    for sql in (
        "SELECT sum(id) FROM days WHERE date(at) = date '2026-01-03'",
        "SELECT sum(id) FROM days WHERE CAST(at AS date) >= date '2026-01-03'",
        "SELECT sum(id) FROM days WHERE at BETWEEN timestamp '2026-01-03 00:00:00' AND timestamp '2026-01-04 00:00:00'",
    ):
        answer = athena.query(sql)
        assert answer.rows == [("33",)]
        assert answer.execution["Statistics"]["DataScannedInBytes"] == one_day, sql


def test_counting_reads_nothing_and_columns_are_paid_one_by_one(athena: Athena, days: str) -> None:
    assert scanned(athena, "SELECT count(*) FROM days") == 0
    assert scanned(athena, "SELECT id FROM days") < scanned(athena, "SELECT * FROM days")


def test_conditions_that_cannot_be_pruned_still_hold(athena: Athena, days: str) -> None:
    assert athena.rows("SELECT id FROM days WHERE id % 10 = 1") == [("1",)]
    assert athena.rows("SELECT id FROM days WHERE name IS NULL AND at < timestamp '2026-01-02 00:00:00'") == [("10",)]
    assert athena.rows("SELECT id FROM days WHERE score > 2 OR name = 'd1' ORDER BY id") == [("1",), ("2",), ("3",)]
    assert athena.rows("SELECT id FROM days WHERE hour(at) = 10 AND id IN (1, 3) ORDER BY 1") == [("1",), ("3",)]


def snapshots(athena: Athena) -> list[str]:
    rows = athena.rows('SELECT snapshot_id FROM "days$snapshots" ORDER BY committed_at')
    return [str(row[0]) for row in rows]


def test_time_travel_by_version(athena: Athena, days: str) -> None:
    first, second, _ = snapshots(athena)
    assert athena.value(f"count(*) FROM days FOR VERSION AS OF {first}") == "2"
    assert athena.rows(
        f"SELECT o.id FROM days FOR VERSION AS OF {second} AS o LEFT JOIN days FOR VERSION AS OF {first} p "
        "ON o.id = p.id WHERE p.id IS NULL ORDER BY 1"
    ) == [("2",), ("20",)]
    assert "INVALID_ARGUMENTS: line 1:22: Iceberg snapshot ID does not exists: 5" in reason(
        athena, "SELECT count(*) FROM days FOR VERSION AS OF 5"
    )


def test_time_travel_by_time(athena: Athena, days: str) -> None:
    table = glue_catalog(athena.aws).load_table(("tests", "days"))
    moment = datetime.fromtimestamp(table.metadata.snapshots[1].timestamp_ms / 1000, UTC)
    shown = moment.strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
    assert athena.value(f"count(*) FROM days FOR TIMESTAMP AS OF timestamp '{shown} UTC'") == "4"
    assert athena.value("count(*) FROM days FOR TIMESTAMP AS OF current_timestamp") == "6"
    assert 'No version history table tests."days" at or before 2020-01-01T00:00:00.000+00:00' in reason(
        athena, "SELECT * FROM days FOR TIMESTAMP AS OF timestamp '2020-01-01 00:00:00 UTC'"
    )


def test_the_tables_about_a_table(athena: Athena, days: str) -> None:
    assert [r[0] for r in athena.rows('SELECT operation FROM "days$snapshots"')] == ["append"] * 3
    assert athena.rows('SELECT "partition".at_day, record_count, file_count FROM "days$partitions" ORDER BY 1') == [
        (f"2026-01-0{d}", "2", "1") for d in (1, 2, 3)
    ]
    assert athena.rows('SELECT file_format, sum(record_count) FROM "days$files" GROUP BY 1') == [("PARQUET", "6")]
    assert athena.value('count(*) FROM "days$history" WHERE is_current_ancestor') == "3"
    assert athena.value('count(*) FROM "days$manifests"') == "3"
    assert athena.rows('SELECT type FROM "days$refs"') == [("BRANCH",)]
    assert "TABLE_NOT_FOUND" in reason(athena, 'SELECT * FROM "days$nothing"')


def test_a_view_is_kept_in_glue_and_replaced(athena: Athena, days: str, unique: str) -> None:
    athena.query(f"CREATE VIEW {unique} AS SELECT id, name AS label FROM days WHERE name IS NOT NULL")
    assert athena.rows(f"SELECT label FROM {unique} ORDER BY id") == [("d1",), ("d2",), ("d3",)]
    entry = athena.aws.client("glue").get_table(DatabaseName="tests", Name=unique)["Table"]
    assert entry["TableType"] == "VIRTUAL_VIEW"
    assert "View already exists" in reason(athena, f"CREATE VIEW {unique} AS SELECT 1 AS x")
    athena.query(f"CREATE OR REPLACE VIEW {unique} AS SELECT count(*) AS n FROM days")
    assert athena.rows(f"SELECT n FROM {unique}") == [("6",)]
    assert "use DROP VIEW" in reason(athena, f"DROP TABLE {unique}")
    athena.query(f"DROP VIEW {unique}")
    assert "TABLE_NOT_FOUND" in reason(athena, f"SELECT * FROM {unique}")


def test_views_stand_on_views(athena: Athena, days: str, unique: str) -> None:
    athena.query(f"CREATE VIEW {unique}_a AS SELECT id AS x FROM days")
    athena.query(f"CREATE VIEW {unique}_b AS SELECT max(x) AS top FROM {unique}_a")
    assert athena.rows(f"SELECT top FROM {unique}_b") == [("30",)]


def test_create_table_as_makes_iceberg_or_parquet(athena: Athena, days: str, unique: str, location: str) -> None:
    answer = athena.query(
        f"CREATE TABLE {unique} WITH (table_type = 'ICEBERG', is_external = false, location = '{location}', "
        "partitioning = ARRAY['day(at)']) AS SELECT id, at, score FROM days WHERE id < 10"
    )
    assert answer.execution["SubstatementType"] == "CREATE_TABLE_AS_SELECT"
    assert athena.rows(f"SELECT id, at FROM {unique} ORDER BY id LIMIT 1") == [("1", "2026-01-01 10:00:00.000000")]
    assert str(glue_catalog(athena.aws).load_table(("tests", unique)).spec().fields[0].transform) == "day"
    athena.query(f"CREATE TABLE {unique}_p WITH (format = 'PARQUET') AS SELECT id, name FROM days")
    assert athena.value(f"count(*) FROM {unique}_p WHERE name = 'd2'") == "1"
    assert "MISSING_COLUMN_NAME" in reason(
        athena, f"CREATE TABLE {unique}_q WITH (format = 'PARQUET') AS SELECT 1 FROM days"
    )


def test_unload_writes_parquet(athena: Athena, days: str, location: str) -> None:
    unload = f"UNLOAD (SELECT id, name FROM days WHERE id < 10) TO '{location}/' WITH (format = 'PARQUET')"
    answer = athena.query(unload)
    manifest = answer.execution["Statistics"]["DataManifestLocation"]
    bucket, _, key = manifest.removeprefix("s3://").partition("/")
    listed = athena.aws.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read().decode().split()
    assert [path.startswith(location) for path in listed] == [True]
    assert "HIVE_PATH_ALREADY_EXISTS" in reason(athena, unload)


def test_a_parquet_table_with_folders_is_read(athena: Athena, unique: str, location: str) -> None:
    bucket, _, prefix = location.removeprefix("s3://").partition("/")
    for day in ("2026-01-01", "2026-01-02"):
        sink = pa.BufferOutputStream()
        pa.parquet.write_table(pa.table({"id": pa.array([1, 2], pa.int32())}), sink)
        athena.aws.client("s3").put_object(
            Bucket=bucket, Key=f"{prefix}/day={day}/x.parquet", Body=sink.getvalue().to_pybytes()
        )
    athena.query(
        f"CREATE EXTERNAL TABLE {unique} (id int) PARTITIONED BY (day string) STORED AS PARQUET LOCATION '{location}/'"
    )
    athena.query(f"MSCK REPAIR TABLE {unique}")
    assert athena.rows(f"SELECT day, sum(id) FROM {unique} GROUP BY day ORDER BY day") == [
        ("2026-01-01", "3"),
        ("2026-01-02", "3"),
    ]


def test_names_in_other_databases(athena: Athena, days: str) -> None:
    for name in ("tests.days", "awsdatacatalog.tests.days", '"AwsDataCatalog"."tests"."days"', "DAYS"):
        assert athena.value(f"count(*) FROM {name}") == "6", name
