"""CREATE, ALTER and DROP of Iceberg tables, seen by PyIceberg; what the lake's own DDL makes is what its Python makes."""

import pytest
from pyiceberg.exceptions import NoSuchTableError
from pyiceberg.table import Table

from support.athena import Athena, reason
from support.lake import glue_catalog

ICEBERG = "TBLPROPERTIES ('table_type' = 'ICEBERG')"


def loaded(athena: Athena, name: str) -> Table:
    return glue_catalog(athena.aws).load_table(("tests", name))


def columns(table: Table) -> dict[str, str]:
    return {f.name: str(f.field_type) for f in table.schema().fields}


def test_every_type_of_a_column_becomes_icebergs(athena: Athena, unique: str, location: str) -> None:
    athena.query(
        f"CREATE TABLE {unique} (a string COMMENT 'It''s a', b int, c bigint, d float, e double, f boolean, g date, "
        f"h timestamp, i decimal(10, 2), j binary, k array<string>, l map<string, int>, "
        f"m struct<x: int, y: array<double>>) COMMENT 'all of them' LOCATION '{location}/' {ICEBERG}"
    )
    table = loaded(athena, unique)
    assert columns(table) == {
        "a": "string",
        "b": "int",
        "c": "long",
        "d": "float",
        "e": "double",
        "f": "boolean",
        "g": "date",
        "h": "timestamp",
        "i": "decimal(10, 2)",
        "j": "binary",
        "k": "list<string>",
        "l": "map<string, int>",
        "m": "struct<17: x: optional int, 18: y: optional list<double>>",
    }
    assert table.schema().fields[0].doc == "It's a"
    assert table.location() == location
    assert table.format_version == 2


@pytest.mark.parametrize(
    ("partitions", "spec"),
    [
        ("day(t)", ["t_day: day(t)"]),
        ("u", ["u: identity(u)"]),
        ("bucket(4, u), month(t)", ["u_bucket: bucket[4](u)", "t_month: month(t)"]),
        ("truncate(3, u), hour(t)", ["u_trunc: truncate[3](u)", "t_hour: hour(t)"]),
        ("year(t)", ["t_year: year(t)"]),
    ],
)
def test_partitions_become_icebergs_transforms(
    athena: Athena, unique: str, location: str, partitions: str, spec: list[str]
) -> None:
    athena.query(
        f"CREATE TABLE {unique} (u string, t timestamp) PARTITIONED BY ({partitions}) LOCATION '{location}' {ICEBERG}"
    )
    table = loaded(athena, unique)
    names = {f.field_id: f.name for f in table.schema().fields}
    found = [f"{f.name}: {f.transform}({names[f.source_id]})" for f in table.spec().fields]
    assert found == spec


def test_a_table_is_made_once(athena: Athena, unique: str, location: str) -> None:
    create = f"(a int) LOCATION '{location}' {ICEBERG}"
    athena.query(f"CREATE TABLE {unique} {create}")
    assert f"AlreadyExistsException(message:Table {unique} already exists.)" in reason(
        athena, f"CREATE TABLE {unique} {create}"
    )
    answer = athena.query(f"CREATE TABLE IF NOT EXISTS {unique} {create}")
    assert answer.execution["StatementType"] == "DDL"
    assert answer.execution["SubstatementType"] == "CREATE_TABLE"


@pytest.mark.parametrize(
    ("ddl", "why"),
    [
        ("CREATE TABLE {t} (a int) {i}", "Table location can not be null"),
        ("CREATE TABLE {t} (a int) LOCATION '{l}'", "CREATE TABLE without EXTERNAL is for Iceberg"),
        ("CREATE TABLE {t} (a int, A int) LOCATION '{l}' {i}", "Column name 'a' specified more than once"),
        ("CREATE TABLE {t} (a int) PARTITIONED BY (day(b)) LOCATION '{l}' {i}", "partition column b is not a column"),
        ("CREATE TABLE {t} (a int) PARTITIONED BY (day(a)) LOCATION '{l}' {i}", "day(a): the column is a int"),
        ("CREATE TABLE nodb.{t} (a int) LOCATION '{l}' {i}", "Schema 'nodb' does not exist"),
        ("CREATE TABLE {t} (a nonsense) LOCATION '{l}' {i}", "nonsense"),
    ],
)
def test_a_table_that_cannot_be_made_leaves_nothing(
    athena: Athena, unique: str, location: str, ddl: str, why: str
) -> None:
    assert why in reason(athena, ddl.format(t=unique, l=location, i=ICEBERG))
    with pytest.raises(NoSuchTableError):
        loaded(athena, unique)


def test_columns_come_go_and_change_without_touching_rows(athena: Athena, unique: str, location: str) -> None:
    athena.query(f"CREATE TABLE {unique} (a int, b string, c float) LOCATION '{location}' {ICEBERG}")
    athena.query(f"INSERT INTO {unique} VALUES (1, 'x', REAL '1.5')")
    athena.query(f"ALTER TABLE {unique} ADD COLUMNS (d bigint COMMENT 'new')")
    athena.query(f"ALTER TABLE {unique} CHANGE COLUMN a a bigint")
    athena.query(f"ALTER TABLE {unique} CHANGE COLUMN b name string")
    athena.query(f"ALTER TABLE {unique} DROP COLUMN c")
    athena.query(f"INSERT INTO {unique} VALUES (3000000000, 'y', 7)")
    assert columns(loaded(athena, unique)) == {"a": "long", "name": "string", "d": "long"}
    assert athena.rows(f"SELECT * FROM {unique} ORDER BY a") == [("1", "x", None), ("3000000000", "y", "7")]


def test_a_new_column_with_a_dropped_ones_name_does_not_see_its_values(
    athena: Athena, unique: str, location: str
) -> None:
    athena.query(f"CREATE TABLE {unique} (a int, b string) LOCATION '{location}' {ICEBERG}")
    athena.query(f"INSERT INTO {unique} VALUES (1, 'old')")
    athena.query(f"ALTER TABLE {unique} DROP COLUMN b")
    athena.query(f"ALTER TABLE {unique} ADD COLUMNS (b string)")
    assert athena.rows(f"SELECT a, b FROM {unique}") == [("1", None)]


def test_properties_are_set_shown_and_taken_away(athena: Athena, unique: str, location: str) -> None:
    athena.query(f"CREATE TABLE {unique} (a int) LOCATION '{location}' {ICEBERG}")
    athena.query(f"ALTER TABLE {unique} SET TBLPROPERTIES ('write_compression' = 'snappy')")
    assert loaded(athena, unique).properties["write.parquet.compression-codec"] == "snappy"
    shown = dict(row[0].split("\t") for row in athena.rows(f"SHOW TBLPROPERTIES {unique}") if row[0])
    assert shown["write_compression"] == "snappy"
    assert shown["table_type"] == "iceberg"
    athena.query(f"ALTER TABLE {unique} UNSET TBLPROPERTIES ('write_compression')")
    assert "write.parquet.compression-codec" not in loaded(athena, unique).properties
    assert "nope" in reason(athena, f"ALTER TABLE {unique} SET TBLPROPERTIES ('nope' = '1')")


def test_a_table_is_renamed_with_its_rows(athena: Athena, unique: str, location: str) -> None:
    athena.query(f"CREATE TABLE {unique} (a int) LOCATION '{location}' {ICEBERG}")
    athena.query(f"INSERT INTO {unique} VALUES (1)")
    athena.query(f"ALTER TABLE {unique} RENAME TO {unique}_b")
    assert athena.rows(f"SELECT a FROM {unique}_b") == [("1",)]
    assert "TABLE_NOT_FOUND" in reason(athena, f"SELECT a FROM {unique}")


def test_a_dropped_table_takes_its_objects_with_it(athena: Athena, unique: str, location: str) -> None:
    athena.query(f"CREATE TABLE {unique} (a int) LOCATION '{location}' {ICEBERG}")
    athena.query(f"INSERT INTO {unique} VALUES (1)")
    bucket, _, prefix = location.removeprefix("s3://").partition("/")
    s3 = athena.aws.client("s3")
    assert s3.list_objects_v2(Bucket=bucket, Prefix=f"{prefix}/")["KeyCount"] > 0
    athena.query(f"DROP TABLE {unique}")
    assert s3.list_objects_v2(Bucket=bucket, Prefix=f"{prefix}/")["KeyCount"] == 0
    assert "table not found" in reason(athena, f"DROP TABLE {unique}")
    athena.query(f"DROP TABLE IF EXISTS {unique}")


def test_a_database_comes_and_goes(athena: Athena, unique: str, location: str) -> None:
    athena.query(f"CREATE DATABASE {unique} COMMENT 'mine'")
    assert "AlreadyExistsException" in reason(athena, f"CREATE SCHEMA {unique}")
    athena.query(f"CREATE DATABASE IF NOT EXISTS {unique}")
    athena.query(f"CREATE TABLE {unique}.t (a int) LOCATION '{location}' {ICEBERG}")
    assert "is not empty" in reason(athena, f"DROP DATABASE {unique}")
    athena.query(f"DROP DATABASE {unique} CASCADE")
    assert "not found" in reason(athena, f"DROP DATABASE {unique}")
    athena.query(f"DROP DATABASE IF EXISTS {unique}")
