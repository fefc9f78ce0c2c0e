"""What a run finds out by queries of its own: what the tables look like, where the data end, how many rows there are,
and how many of them break a rule. The last two are one query, with the predicates that quarantine uses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from lakehouse.tables import BY_NAME, RAW
from quality.athena import Athena
from quality.judgements import Judgement, athena_type, columns_query
from quality.kinds import References, Schema
from quality.rules import Moment, broken, source
from quality.suite import PlannedCheck, TablePlan
from quality.windows import timestamp


@dataclass(frozen=True, slots=True)
class Counts:
    """Of the rows of one table in the window."""

    rows: int
    invalid: int


class Found:
    """The tables' columns as they are."""

    def __init__(self, columns: Mapping[str, Mapping[str, str]]) -> None:
        self._columns = columns

    def lacks(self, planned: PlannedCheck) -> str:
        """Why a check cannot be asked, or nothing. Its own columns, those of the window, and those it refers to have to
        be there; the window's with its type. A check of the schema needs the table only."""
        table, check = planned.table, planned.check
        if table.name not in self._columns:
            return f"there is no table {table.name}"
        if isinstance(check, Schema):
            return ""
        needed = [(table.name, name) for name in (table.day_of, *check.columns_in(table))]
        if isinstance(check, References):
            other = BY_NAME[check.to_table]
            needed += [(other.name, name) for name in (other.day_of, check.target)]
        missing = [f"{t}.{c}" for t, c in needed if c not in self._columns.get(t, {})]
        if missing:
            return f"there is no column {', '.join(dict.fromkeys(missing))}"
        wanted = athena_type(next(c.type for c in table.columns if c.name == table.day_of))
        found = self._columns[table.name][table.day_of]
        return "" if found == wanted else f"{table.name}.{table.day_of} is of type {found}, not {wanted}"

    def has(self, table: str, *columns: str) -> bool:
        """Whether all of them are there."""
        return all(c in self._columns.get(table, {}) for c in columns)


def look(athena: Athena, database: str, tables: Sequence[str]) -> Found:
    """Raises QueryError."""
    columns: dict[str, dict[str, str]] = {}
    for table, column, type_ in athena.rows(columns_query(database, *tables)):
        columns.setdefault(table, {})[column] = type_
    return Found(columns)


def newest_event(athena: Athena, database: str, *, now: datetime) -> datetime | None:
    """The newest event that is not from the future; None without any. The partitions tell the day: the data of one day
    are read. Raises QueryError."""
    today = f"DATE '{now:%Y-%m-%d}'"
    ((day,),) = athena.rows(
        f'SELECT max(partition.{RAW.day_of}_day) FROM {database}."{RAW.name}$partitions" '
        f"WHERE partition.{RAW.day_of}_day <= {today}"
    )
    if day is None:
        return None
    begins = f"CAST(DATE '{day}' AS timestamp)"
    ((newest,),) = athena.rows(
        f"SELECT max({RAW.day_of}) FROM {database}.{RAW.name} "
        f"WHERE {RAW.day_of} >= {begins} AND {RAW.day_of} <= {timestamp(now)}"
    )
    return newest if isinstance(newest, datetime) else None


def count(athena: Athena, plan: TablePlan, checks: Sequence[PlannedCheck], moment: Moment) -> Counts:
    """Rows of the window, and those that break at least one of the checks. Raises QueryError."""
    bad = " OR ".join(broken(c, n, moment) for n, c in enumerate(checks)) or "false"
    ((rows, invalid),) = athena.rows(f"SELECT count(*), count_if({bad}) FROM ({source(plan, checks, moment)}) AS s")
    return Counts(rows=int(rows), invalid=int(invalid))


def compare(athena: Athena, judgement: Judgement) -> tuple[int, float | None]:
    """How much a check of a table compares, and what it observes. Raises QueryError."""
    ((compared, observed),) = athena.rows(judgement.compared)
    return int(compared), None if observed is None else float(observed)
