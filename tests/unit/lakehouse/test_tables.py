"""The tables: declaration, generated DDL and PyIceberg schemas agree."""

import re
from pathlib import Path

import pytest
from pyiceberg.catalog.memory import InMemoryCatalog
from pyiceberg.schema import Schema
from pyiceberg.types import NestedField, StringType

from authpulse.events import FIELD_NAMES
from lakehouse import catalog, contracts, ddl
from lakehouse.tables import ALERTS, CURATED, RAW, TABLES, Table

QUERIES = Path(ddl.__file__).parent / "queries"


def test_the_generated_ddl_is_up_to_date() -> None:
    assert ddl.FILE.read_text(encoding="utf-8") == ddl.document(), "run `make generate`"


def test_the_generated_page_of_contracts_is_up_to_date_and_has_every_table() -> None:
    assert contracts.FILE.read_text(encoding="utf-8") == contracts.page(), "run `make generate`"
    assert contracts.missing() == []


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.name)
def test_every_column_has_a_meaning_and_names_are_unique(table: Table) -> None:
    assert all(c.meaning.endswith(".") for c in table.columns)
    assert len(set(table.column_names)) == len(table.column_names)
    assert table.day_of in table.column_names
    required = {c.name for c in table.columns if c.required}
    assert set(table.key) <= required


def test_raw_and_curated_begin_with_the_events_fields() -> None:
    for table in (RAW, CURATED):
        assert table.column_names[: len(FIELD_NAMES)] == FIELD_NAMES


@pytest.fixture
def memory(tmp_path: Path):
    return InMemoryCatalog("memory", warehouse=f"file://{tmp_path}")


def test_missing_tables_are_made_and_there_ones_left_alone(memory, tmp_path: Path) -> None:
    def make() -> list[str]:
        return catalog.create_missing(memory, database="db", warehouse=f"file://{tmp_path}")

    assert make() == [t.name for t in TABLES]
    assert make() == []
    memory.drop_table(("db", ALERTS.name))
    assert make() == [ALERTS.name]


def test_made_tables_are_as_declared(memory, tmp_path: Path) -> None:
    catalog.create_missing(memory, database="db", warehouse=f"file://{tmp_path}")
    for table in TABLES:
        made = memory.load_table(("db", table.name))
        assert tuple(f.name for f in made.schema().fields) == table.column_names
        assert [f.required for f in made.schema().fields] == [c.required for c in table.columns]
        (partition,) = made.spec().fields
        assert made.schema().find_column_name(partition.source_id) == table.day_of
        assert str(partition.transform) == "day"
        assert made.format_version == 2
        assert made.location().endswith(table.name)


def test_a_table_with_other_columns_is_not_touched_but_named(memory, tmp_path: Path) -> None:
    memory.create_namespace("db")
    memory.create_table(("db", RAW.name), Schema(NestedField(1, "event_id", StringType(), required=True)))
    with pytest.raises(catalog.TableMismatchError, match="auth_events_raw is there with other columns"):
        catalog.create_missing(memory, database="db", warehouse=f"file://{tmp_path}")


@pytest.mark.parametrize("path", sorted(QUERIES.glob("*.sql")), ids=lambda p: p.stem)
def test_every_query_says_what_question_it_answers(path: Path) -> None:
    assert re.match(r"-- .*\?", path.read_text())
