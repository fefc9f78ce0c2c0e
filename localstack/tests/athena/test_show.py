"""SHOW, DESCRIBE, EXPLAIN and information_schema."""

import pytest

from support.athena import Athena, reason

ICEBERG = "TBLPROPERTIES ('table_type' = 'ICEBERG')"


@pytest.fixture(scope="module")
def shown(athena: Athena) -> str:
    athena.query("CREATE DATABASE shown")
    athena.query(
        "CREATE TABLE shown.events (id bigint COMMENT 'its id', at timestamp, tags array<string>) "
        f"PARTITIONED BY (day(at)) LOCATION 's3://athena-tests/shown/events' {ICEBERG}"
    )
    athena.query("CREATE VIEW shown.ids AS SELECT id FROM shown.events")
    return "shown"


def lines(athena: Athena, sql: str) -> list[str | None]:
    answer = athena.query(sql)
    assert answer.execution["StatementType"] == "UTILITY"
    return [row[0] for row in answer.rows]


def test_databases_tables_and_views_are_listed(athena: Athena, shown: str) -> None:
    assert {"shown", "tests"} <= set(lines(athena, "SHOW DATABASES"))
    assert lines(athena, "SHOW DATABASES LIKE 'sho*'") == ["shown"]
    assert lines(athena, "SHOW TABLES IN shown") == ["events", "ids"]
    assert lines(athena, "SHOW TABLES IN shown 'ev*'") == ["events"]
    assert lines(athena, "SHOW VIEWS IN shown") == ["ids"]
    assert "Database does not exist: nope" in reason(athena, "SHOW TABLES IN nope")


def test_columns_are_shown(athena: Athena, shown: str) -> None:
    found = [str(line).strip() for line in lines(athena, "SHOW COLUMNS IN shown.events")]
    assert found == ["id", "at", "tags"]
    described = lines(athena, "DESCRIBE shown.events")
    assert "id\tbigint\tits id" in described
    assert "tags\tarray<string>\t" in described
    assert "at_day\tday\tat" in described


def test_a_table_is_shown_as_the_statement_that_makes_it(athena: Athena, shown: str, unique: str) -> None:
    ddl = "\n".join(str(line) for line in lines(athena, "SHOW CREATE TABLE shown.events"))
    assert ddl.startswith("CREATE TABLE shown.events (\n  id bigint COMMENT 'its id',\n")
    athena.query(ddl.replace("shown.events", f"tests.{unique}").replace("shown/events", unique))
    again = "\n".join(str(line) for line in lines(athena, f"SHOW CREATE TABLE {unique}"))
    assert again.replace(f"tests.{unique}", "shown.events").replace(unique, "shown/events") == ddl
    view = lines(athena, "SHOW CREATE VIEW shown.ids")
    assert view == ["CREATE VIEW shown.ids AS", "SELECT id FROM shown.events"]


def test_information_schema_has_tables_and_columns(athena: Athena, shown: str) -> None:
    assert athena.rows(
        "SELECT table_name, table_type FROM information_schema.tables WHERE table_schema = 'shown' ORDER BY 1"
    ) == [("events", "BASE TABLE"), ("ids", "VIEW")]
    assert athena.rows(
        "SELECT column_name, data_type, ordinal_position FROM information_schema.columns "
        "WHERE table_schema = 'shown' AND table_name = 'events' ORDER BY ordinal_position"
    ) == [("id", "bigint", "1"), ("at", "timestamp(6)", "2"), ("tags", "array(varchar)", "3")]
    assert ("shown",) in athena.rows("SELECT schema_name FROM information_schema.schemata")


def test_explain_says_which_files_would_be_read(athena: Athena, shown: str) -> None:
    plan = "\n".join(str(line) for line in lines(athena, "EXPLAIN SELECT count(id) FROM shown.events"))
    assert "awsdatacatalog.shown.events" in plan
    assert "files: 0 of" in plan
    assert lines(athena, "EXPLAIN (TYPE VALIDATE) SELECT 1") == ["true"]
    assert "COLUMN_NOT_FOUND" in reason(athena, "EXPLAIN SELECT nope FROM shown.events")


def test_the_catalogue_is_there_through_the_api_too(athena: Athena, shown: str) -> None:
    client = athena.client
    names = [d["Name"] for d in client.list_databases(CatalogName="AwsDataCatalog")["DatabaseList"]]
    assert "shown" in names
    found = client.get_table_metadata(CatalogName="AwsDataCatalog", DatabaseName="shown", TableName="events")
    columns = found["TableMetadata"]["Columns"]
    assert [(c["Name"], c["Type"]) for c in columns] == [
        ("id", "bigint"),
        ("at", "timestamp"),
        ("tags", "array<string>"),
    ]
    listed = client.list_table_metadata(CatalogName="AwsDataCatalog", DatabaseName="shown")["TableMetadataList"]
    assert [t["Name"] for t in listed] == ["events", "ids"]
    assert client.list_data_catalogs()["DataCatalogsSummary"][0]["CatalogName"] == "AwsDataCatalog"
    with pytest.raises(client.exceptions.MetadataException):
        client.get_table_metadata(CatalogName="AwsDataCatalog", DatabaseName="shown", TableName="nope")
