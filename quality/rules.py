"""Checks of rows as SQL: the rows of a table in a period, and for each check a predicate that is true for a bad one.

The counts of invalid records and the copies in quarantine are made with these; Great Expectations asks for the same in
words of its own where it has them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from authpulse.errors import AuthPulseError
from lakehouse.tables import BY_NAME, Table
from quality.kinds import Allowed, Check, Condition, Matches, NotNull, Range, References, Unique, bound
from quality.suite import PlannedCheck, TablePlan
from quality.windows import Period, timestamp


class UnknownKindError(AuthPulseError):
    """A kind of check that there is no SQL for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What a run knows of time and place."""

    database: str
    period: Period
    now: datetime
    """UTC without a zone."""
    epoch: datetime

    def table(self, name: str) -> str:
        return f"{self.database}.{name}"

    def rows(self, name: str) -> str:
        """A query of the period's rows of a table."""
        return f"SELECT * FROM {self.table(name)} WHERE {self.period.condition(BY_NAME[name])}"


def text(value: str) -> str:
    """An SQL literal."""
    return "'" + value.replace("'", "''") + "'"


def source(plan: TablePlan, checks: Sequence[PlannedCheck], moment: Moment) -> str:
    """The period's rows, each with what the predicates of these checks need to know beside its own columns."""
    extra, joins = [], []
    for number, planned in enumerate(checks):
        check = planned.check
        if isinstance(check, Unique):
            extra.append(f"{times(check, 'r')} AS dq_times_{number}")
        elif isinstance(check, References):
            extra.append(f"p{number}.{check.target} IS NOT NULL AS dq_found_{number}")
            joins.append(
                f"LEFT JOIN ({parents(check, moment)}) AS p{number} ON p{number}.{check.target} = r.{check.column}"
            )
    columns = ", ".join(["r.*", *extra])
    return " ".join([f"SELECT {columns} FROM ({moment.rows(plan.table.name)}) AS r", *joins])


def times(check: Unique, rows: str) -> str:
    """How often each row's key is there."""
    return f"count(*) OVER (PARTITION BY {', '.join(f'{rows}.{c}' for c in check.key)})"


def repeated(check: Unique, batch: str) -> str:
    """A query of the rows of a batch whose key is there more than once."""
    counted = f"SELECT r.*, {times(check, 'r')} AS dq_times FROM (SELECT * FROM {batch}) AS r"
    return f"SELECT {', '.join(check.key)} FROM ({counted}) AS c WHERE {_has_key(check)} AND dq_times > 1"


def _has_key(check: Unique) -> str:
    return " AND ".join(f"{c} IS NOT NULL" for c in check.key)


def parents(check: References, moment: Moment) -> str:
    """The values that a reference may have."""
    where = moment.period.condition(BY_NAME[check.to_table])
    return f"SELECT DISTINCT {check.target} FROM {moment.table(check.to_table)} WHERE {where}"


def broken(planned: PlannedCheck, number: int, moment: Moment) -> str:
    """True for a bad row of `source`, false for any other; never null. `number` is its place among the source's."""
    check = planned.check
    match check:
        case NotNull():
            return f"{check.column} IS NULL"
        case Unique():
            return f"({_has_key(check)} AND dq_times_{number} > 1)"
        case References():
            late = settled(planned.table, check, moment)
            return f"({check.column} IS NOT NULL AND NOT dq_found_{number}{late})"
        case _:
            return f"coalesce({_bad(check, moment)}, false)"


def _bad(check: Check, moment: Moment) -> str:
    """True for a bad row, false or null for any other."""
    match check:
        case Allowed():
            return f"{check.column} NOT IN ({', '.join(text(v) for v in check.values)})"
        case Range():
            below = "" if check.min is None else f"{check.column} < {_literal(check.min, moment)}"
            above = "" if check.max is None else f"{check.column} > {_literal(check.max, moment)}"
            return " OR ".join(filter(None, [below, above]))
        case Matches():
            return f"NOT regexp_like({check.column}, {text(check.pattern)})"
        case Condition():
            return f"NOT ({check.holds})"
        case _:
            raise UnknownKindError(f"{check.label} does not look at single rows")


def settled(table: Table, check: References, moment: Moment) -> str:
    """Leaves out rows that came in just now: they may be ahead of the other table's."""
    if not check.grace or "ingestion_time" not in table.column_names:
        return ""
    return f" AND ingestion_time <= {timestamp(moment.now - check.grace)}"


def _literal(value: float | datetime | str, moment: Moment) -> str:
    read = bound(value, now=moment.now, epoch=moment.epoch)
    return timestamp(read) if isinstance(read, datetime) else repr(read)
