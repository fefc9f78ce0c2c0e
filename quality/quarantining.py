"""Rows that break a rule, copied to the quarantine table: one for each row and each check that it breaks.

The copy's id is made of table, check and row, and what is there already is not written again: a run that is repeated,
or overlaps another's window, adds nothing. Copies have the reason `check TABLE.NAME: …`, the row as JSON in `raw`, and
no source of their own: `source` tells which line of a log was rejected, and these lines were not.
"""

from collections.abc import Sequence
from typing import Final

from lakehouse.tables import QUARANTINE, RAW, Table
from quality.athena import Athena
from quality.judgements import CHECKED
from quality.rules import Moment, broken, source, text
from quality.suite import PlannedCheck, TablePlan
from quality.windows import timestamp

UNKNOWN: Final = "unknown"
"""Shard and sequence number of a row whose record is not known."""
ORIGIN: Final = ("shard_id", "sequence_number", "record_index")


def can_be_quarantined(table: Table) -> bool:
    """Rows of events and alerts; aggregates are made again from what is right, and quarantine is the end."""
    return table != QUARANTINE and "event_id" in table.column_names


def quarantine(athena: Athena, plan: TablePlan, checks: Sequence[PlannedCheck], moment: Moment) -> int:
    """Copies the bad rows of a table. Returns how many were added. Raises QueryError."""
    return athena.change(insert(plan, checks, moment))


def insert(plan: TablePlan, checks: Sequence[PlannedCheck], moment: Moment) -> str:
    """The statement. Equal rows are told apart by their number, so that each has a copy."""
    table, target = plan.table, moment.table(QUARANTINE.name)
    predicates = [broken(c, n, moment) for n, c in enumerate(checks)]
    reasons = ", ".join(
        f"IF({predicate}, {text(reason(planned))})" for predicate, planned in zip(predicates, checks, strict=True)
    )
    as_text = ", ".join(_as_text(c.name, c.type) for c in table.columns)
    names = ", ".join(text(c.name) for c in table.columns)
    bad = (
        f"SELECT s.*, json_format(CAST(MAP(ARRAY[{names}], ARRAY[{as_text}]) AS JSON)) AS dq_raw, "
        f"filter(ARRAY[{reasons}], x -> x IS NOT NULL) AS dq_reasons "
        f"FROM ({source(plan, checks, moment)}) AS s WHERE {' OR '.join(predicates)}"
    )
    numbered = f"SELECT b.*, row_number() OVER (PARTITION BY dq_raw ORDER BY event_id) AS dq_number FROM ({bad}) AS b"
    identity = "concat(split_part(u.dq_reason, ':', 1), '|', CAST(n.dq_number AS varchar), '|', n.dq_raw)"
    known = f"SELECT quarantine_id FROM {target} WHERE starts_with(reason, {text(f'{CHECKED}{table.name}.')})"
    if ORIGIN[0] in table.column_names:
        origin, join = [f"coalesce(n.{c}, {_unknown(c)})" for c in ORIGIN], ""
    else:
        origin = [f"coalesce(o.{c}, {_unknown(c)})" for c in ORIGIN]
        columns = ", ".join(f"min({c}) AS {c}" for c in ORIGIN)
        join = (
            f"LEFT JOIN (SELECT event_id, {columns} FROM ({moment.rows(RAW.name)}) AS w GROUP BY event_id) AS o "
            "ON o.event_id = n.event_id "
        )
    copies = (
        f"SELECT lower(to_hex(sha256(to_utf8({identity})))) AS id, "
        f"coalesce(n.ingestion_time, {timestamp(moment.now)}) AS ingestion_time, "
        "u.dq_reason AS reason, n.dq_raw AS raw, "
        f"{', '.join(f'{o} AS {c}' for o, c in zip(origin, ORIGIN, strict=True))} "
        f"FROM ({numbered}) AS n {join}CROSS JOIN UNNEST(n.dq_reasons) AS u(dq_reason)"
    )
    return (
        f"INSERT INTO {target} (quarantine_id, ingestion_time, reason, raw, source, {', '.join(ORIGIN)}) "
        f"SELECT c.id, c.ingestion_time, c.reason, c.raw, CAST(NULL AS varchar), {', '.join(f'c.{c}' for c in ORIGIN)} "
        f"FROM ({copies}) AS c LEFT JOIN ({known}) AS k ON k.quarantine_id = c.id WHERE k.quarantine_id IS NULL"
    )


def reason(planned: PlannedCheck) -> str:
    """The check, and what it asks for. The copy's id is made of what is before the colon."""
    return f"{CHECKED}{planned.name}: {planned.check.meaning}"


def _as_text(name: str, type_: str) -> str:
    return f"array_join({name}, ',')" if type_ == "array<string>" else f"CAST({name} AS varchar)"


def _unknown(column: str) -> str:
    return "0" if column == "record_index" else text(UNKNOWN)
