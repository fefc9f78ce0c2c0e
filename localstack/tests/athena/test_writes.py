"""INSERT, DELETE, UPDATE, MERGE, OPTIMIZE and VACUUM, alone and at once."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from support.athena import Athena, reason
from support.lake import glue_catalog

ICEBERG = "TBLPROPERTIES ('table_type' = 'ICEBERG')"


@pytest.fixture
def table(athena: Athena, unique: str, location: str) -> str:
    """Three rows in two days and two files or more."""
    athena.query(
        f"CREATE TABLE {unique} (id int, at timestamp, name string, tags array<string>) "
        f"PARTITIONED BY (day(at)) LOCATION '{location}' {ICEBERG}"
    )
    athena.query(
        f"INSERT INTO {unique} VALUES (1, timestamp '2026-01-01 10:00:00', 'one', ARRAY['a', 'b']), "
        f"(2, timestamp '2026-01-01 11:00:00', 'two', ARRAY[]), (3, timestamp '2026-01-02 10:00:00', NULL, NULL)"
    )
    return unique


def names(athena: Athena, table: str) -> list[tuple[str | None, ...]]:
    return athena.rows(f"SELECT id, name FROM {table} ORDER BY id")


def count(athena: Athena, sql: str) -> int:
    """What a statement says it changed."""
    answer = athena.query(sql)
    assert answer.rows == []
    query = answer.execution["QueryExecutionId"]
    return int(athena.client.get_query_results(QueryExecutionId=query)["UpdateCount"])


def test_inserted_values_come_back(athena: Athena, table: str) -> None:
    assert athena.rows(f"SELECT * FROM {table} ORDER BY id") == [
        ("1", "2026-01-01 10:00:00.000000", "one", "[a, b]"),
        ("2", "2026-01-01 11:00:00.000000", "two", "[]"),
        ("3", "2026-01-02 10:00:00.000000", None, None),
    ]


def test_insert_names_its_columns_and_takes_queries(athena: Athena, table: str) -> None:
    assert count(athena, f"INSERT INTO {table} (name, id) VALUES ('four', 4)") == 1
    assert count(athena, f"INSERT INTO {table} SELECT id + 10, at, name, tags FROM {table} WHERE id < 3") == 2
    assert names(athena, table)[3:] == [("4", "four"), ("11", "one"), ("12", "two")]


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("INSERT INTO {t} VALUES (1)", "has 1 columns|Insert query has mismatched column types"),
        ("INSERT INTO {t} (nope) VALUES (1)", "nope"),
        ("INSERT INTO {t} (id) VALUES ('x')", "varchar"),
        ("UPDATE {t} SET nope = 1", "nope"),
        ("UPDATE {t} SET id = 'x'", "varchar"),
        ("DELETE FROM nope WHERE id = 1", "TABLE_NOT_FOUND"),
    ],
)
def test_what_does_not_fit_the_table_is_refused(athena: Athena, table: str, sql: str, why: str) -> None:
    found = reason(athena, sql.format(t=table))
    assert any(part in found for part in why.split("|")), found
    assert len(names(athena, table)) == 3


def test_delete_takes_the_rows_of_a_condition(athena: Athena, table: str) -> None:
    assert count(athena, f"DELETE FROM {table} WHERE name = 'one'") == 1
    assert names(athena, table) == [("2", "two"), ("3", None)]
    assert count(athena, f"DELETE FROM {table} WHERE at >= timestamp '2026-01-02 00:00:00'") == 1
    assert count(athena, f"DELETE FROM {table} WHERE name <> 'two'") == 0
    assert count(athena, f"DELETE FROM {table}") == 1
    assert names(athena, table) == []


def test_update_computes_from_the_old_row(athena: Athena, table: str) -> None:
    assert count(athena, f"UPDATE {table} SET id = id * 10, name = upper(name) WHERE id <= 2") == 2
    assert names(athena, table) == [("3", None), ("10", "ONE"), ("20", "TWO")]
    assert count(athena, f"UPDATE {table} SET at = at + interval '1' day WHERE id = 10") == 1
    assert athena.rows(f"SELECT id FROM {table} WHERE date(at) = date '2026-01-02' ORDER BY 1") == [("3",), ("10",)]


def test_delete_and_update_take_subqueries(athena: Athena, table: str) -> None:
    athena.query(f"UPDATE {table} SET name = 'last' WHERE id = (SELECT max(id) FROM {table})")
    athena.query(f"DELETE FROM {table} WHERE id IN (SELECT id FROM {table} WHERE cardinality(tags) > 0)")
    assert names(athena, table) == [("2", "two"), ("3", "last")]


def test_merge_updates_deletes_and_inserts(athena: Athena, table: str) -> None:
    merged = count(
        athena,
        f"MERGE INTO {table} t USING (VALUES (1, 'uno'), (2, 'gone'), (9, 'new')) AS s(id, name) ON t.id = s.id "
        "WHEN MATCHED AND s.name = 'gone' THEN DELETE "
        "WHEN MATCHED THEN UPDATE SET name = s.name "
        "WHEN NOT MATCHED THEN INSERT (id, name, at) VALUES (s.id, s.name, timestamp '2026-01-03 00:00:00')",
    )
    assert merged == 3
    assert names(athena, table) == [("1", "uno"), ("3", None), ("9", "new")]


def test_merge_refuses_two_matches_for_one_row(athena: Athena, table: str) -> None:
    sql = (
        f"MERGE INTO {table} t USING (VALUES (1, 'a'), (1, 'b')) AS s(id, name) ON t.id = s.id "
        "WHEN MATCHED THEN UPDATE SET name = s.name"
    )
    assert "MERGE_TARGET_ROW_MULTIPLE_MATCHES" in reason(athena, sql)
    assert len(names(athena, table)) == 3


def test_inserts_at_once_all_arrive(athena: Athena, table: str) -> None:
    queries = [athena.start(f"INSERT INTO {table} (id, name) VALUES ({n}, 'x')") for n in range(100, 106)]
    assert [athena.wait(q)["Status"]["State"] for q in queries] == ["SUCCEEDED"] * 6
    assert athena.value(f"count(*) FROM {table} WHERE id >= 100") == "6"


def test_updates_at_once_do_not_undo_each_other(athena: Athena, table: str) -> None:
    def update(number: int) -> None:
        athena.query(f"UPDATE {table} SET name = name || '{number}' WHERE id = 1")

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(update, range(3)))
    name = athena.value(f"name FROM {table} WHERE id = 1")
    assert name is not None
    assert sorted(name.removeprefix("one")) == ["0", "1", "2"]


def test_optimize_packs_small_files_and_keeps_rows(athena: Athena, table: str) -> None:
    for number in range(3):
        athena.query(f"INSERT INTO {table} VALUES ({number + 10}, timestamp '2026-01-01 12:00:00', 'x', NULL)")
    files = f'count(*) FROM "{table}$files"'
    assert athena.value(files) == "5"
    athena.query(f"OPTIMIZE {table} REWRITE DATA USING BIN_PACK WHERE at < timestamp '2026-01-02 00:00:00'")
    assert athena.value(files) == "2"
    assert len(names(athena, table)) == 6


def test_vacuum_expires_what_is_older_than_the_table_keeps(athena: Athena, table: str) -> None:
    athena.query(f"DELETE FROM {table} WHERE id = 1")
    before = {f.file_path for f in _all_files(athena, table)}
    athena.query(f"VACUUM {table}")
    assert athena.value(f'count(*) FROM "{table}$snapshots"') == "2"
    athena.query(f"ALTER TABLE {table} SET TBLPROPERTIES ('vacuum_max_snapshot_age_seconds' = '1')")
    # the only snapshot that is younger than that is the current one, and that one stays in any case
    catalog = glue_catalog(athena.aws)
    deadline = catalog.load_table(("tests", table)).metadata.snapshots[-1].timestamp_ms + 1500
    while time.time() * 1000 < deadline:
        time.sleep(0.05)
    athena.query(f"VACUUM {table}")
    assert athena.value(f'count(*) FROM "{table}$snapshots"') == "1"
    assert names(athena, table) == [("2", "two"), ("3", None)]
    bucket, _, prefix = catalog.load_table(("tests", table)).location().removeprefix("s3://").partition("/")
    there = athena.aws.client("s3").list_objects_v2(Bucket=bucket, Prefix=f"{prefix}/data/")["Contents"]
    assert len([o for o in there if f"s3://{bucket}/{o['Key']}" in before]) < len(before)


def _all_files(athena: Athena, table: str) -> list[object]:
    loaded = glue_catalog(athena.aws).load_table(("tests", table))
    return [
        e.data_file
        for s in loaded.metadata.snapshots
        for m in s.manifests(loaded.io)
        for e in m.fetch_manifest_entry(loaded.io)
    ]


def test_a_delete_leaves_whole_files_that_every_engine_reads(athena: Athena, table: str) -> None:
    athena.query(f"DELETE FROM {table} WHERE id = 1")
    deletes = [t for t in glue_catalog(athena.aws).load_table(("tests", table)).scan().plan_files() if t.delete_files]
    assert deletes == []
