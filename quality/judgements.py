"""Checks of whole tables as SQL: a query whose every row is something unexpected, and one that says what was compared.

A check that had nothing to be compared with (`compared` is 0) neither passed nor failed, and the report says so.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from lakehouse.tables import BY_NAME, QUARANTINE, Table
from quality.kinds import Drift, Freshness, Quarantined, Schema, Volume
from quality.rules import Moment, UnknownKindError, text
from quality.suite import PlannedCheck
from quality.windows import timestamp

CHECKED: Final = "check "
"""How the reason of a row in quarantine begins that a check has put there."""
SMOOTHING: Final = 0.5  # of a row in each bucket, so that an empty one has a logarithm
HOUR: Final = timedelta(hours=1)
MAX_AHEAD: Final = timedelta(hours=1)  # an event may be a little ahead of the time at which it came in
TYPES: Final = {"string": "varchar", "int": "integer", "array<string>": "array(varchar)"}
"""What Athena calls our types, where it has other words."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """`unexpected` has a row for each thing that is not as it should be. `compared` has one row: how much was compared,
    and what was observed, as a number or null."""

    unexpected: str
    compared: str


def judgement(planned: PlannedCheck, moment: Moment) -> Judgement:
    """The queries of one check."""
    match planned.check:
        case Schema():
            return _schema(planned.table, moment)
        case Freshness() as check:
            return _freshness(planned.table, check, moment)
        case Volume() as check:
            return _volume(planned.table, check, moment)
        case Drift() as check:
            return _drift(planned.table, check, moment)
        case Quarantined():
            return _quarantined(planned.table, moment)
        case _:
            raise UnknownKindError(f"{planned.name} looks at single rows")


def columns_query(database: str, *tables: str) -> str:
    """Tables, columns and types as they are; a timestamp's digits are not told apart."""
    names = ", ".join(text(t) for t in tables)
    return (
        "SELECT table_name, column_name, regexp_replace(data_type, '[(][0-9]+[)]', '') AS data_type "
        f"FROM information_schema.columns WHERE table_schema = {text(database)} AND table_name IN ({names})"
    )


def athena_type(declared: str) -> str:
    """A declared type as `columns_query` shows it."""
    return TYPES.get(declared, declared)


def _schema(table: Table, moment: Moment) -> Judgement:
    wanted = ", ".join(f"({text(c.name)}, {text(athena_type(c.type))})" for c in table.columns)
    unexpected = (
        "SELECT coalesce(w.name, f.column_name) AS name, w.type AS declared, f.data_type AS found "
        f"FROM (VALUES {wanted}) AS w(name, type) "
        f"FULL OUTER JOIN ({columns_query(moment.database, table.name)}) AS f "
        "ON f.column_name = w.name AND f.data_type = w.type "
        "WHERE w.name IS NULL OR f.column_name IS NULL"
    )
    # a column of another type is there on either side: it counts once
    unexpected = f"SELECT name, max(declared) AS declared, max(found) AS found FROM ({unexpected}) AS d GROUP BY name"
    return Judgement(unexpected, f"SELECT {len(table.columns)} AS compared, CAST(NULL AS double) AS observed")


def _freshness(table: Table, check: Freshness, moment: Moment) -> Judgement:
    newest = f"SELECT max({check.column}) AS newest FROM ({moment.rows(table.name)}) AS r"
    oldest = timestamp(moment.now - check.max_age)
    age = f"CAST(date_diff('second', newest, {timestamp(moment.now)}) AS double)"
    return Judgement(
        f"SELECT newest FROM ({newest}) AS n WHERE newest IS NULL OR newest < {oldest}",
        f"SELECT 1 AS compared, {age} AS observed FROM ({newest}) AS n",
    )


def _volume(table: Table, check: Volume, moment: Moment) -> Judgement:
    """Hours of the window that are over, at most the last `days` days of them, beside the same hours of days before."""
    end = moment.period.last.replace(minute=0, second=0, microsecond=0)
    start = end - timedelta(days=check.days)
    if moment.period.start is not None:
        start = max(start, _hour_up(moment.period.start))
    if start >= end:
        return Judgement("SELECT 1 AS hour WHERE false", "SELECT 0 AS compared, CAST(NULL AS double) AS observed")
    first = start - timedelta(days=check.days)
    time = table.day_of
    compared = (
        "WITH counts AS ("
        f"SELECT date_trunc('hour', {time}) AS hour, count(*) AS n FROM {moment.table(table.name)} "
        f"WHERE {time} >= {timestamp(first)} AND {time} < {timestamp(end)} GROUP BY 1"
        "), hours AS ("
        f"SELECT hour FROM UNNEST(sequence({timestamp(start)}, {timestamp(end - HOUR)}, INTERVAL '1' HOUR)) AS s(hour)"
        "), earlier AS ("
        "SELECT h.hour, date_add('day', -d.back, h.hour) AS at_hour FROM hours AS h "
        f"CROSS JOIN UNNEST(sequence(1, {check.days})) AS d(back)"
        "), means AS ("
        "SELECT e.hour, avg(CAST(coalesce(c.n, 0) AS double)) AS mean FROM earlier AS e "
        "LEFT JOIN counts AS c ON c.hour = e.at_hour WHERE e.at_hour >= (SELECT min(hour) FROM counts) "
        f"GROUP BY e.hour HAVING count(*) >= {check.min_days}"
        ") SELECT m.hour, coalesce(c.n, 0) AS n, m.mean FROM means AS m LEFT JOIN counts AS c ON c.hour = m.hour"
    )
    if check.drop_below is not None:
        differs, worst = f"n < {check.drop_below} * mean AND mean - n >= {check.min_rows}", "min"
    else:
        differs, worst = f"n > {check.spike_above} * mean AND n - mean >= {check.min_rows}", "max"
    return Judgement(
        f"SELECT hour, n, mean FROM ({compared}) AS v WHERE {differs}",
        f"SELECT count(*) AS compared, {worst}(n / nullif(mean, 0e0)) AS observed FROM ({compared}) AS v",
    )


def _drift(table: Table, check: Drift, moment: Moment) -> Judgement:
    """Without a beginning of the window its last day is compared with the days before."""
    period, time = moment.period, table.day_of
    start = period.last - timedelta(days=1) if period.start is None else period.start
    before = f"{time} >= {timestamp(start - timedelta(days=check.days))} AND {time} < {timestamp(start)}"
    here = f"{time} >= {timestamp(start)} AND {time} <= {timestamp(period.last)}"
    edges = ", ".join(f"{e!r}" for e in check.edges)
    buckets = len(check.edges) + 1
    share = f"(coalesce({{n}}, 0) + {SMOOTHING}) / (({{total}}) + {SMOOTHING * buckets})"
    own = share.format(n="c.here", total="SELECT sum(here) FROM counts")
    base = share.format(n="c.before", total="SELECT sum(before) FROM counts")
    index = (
        "WITH counts AS ("
        f"SELECT width_bucket(CAST({check.column} AS double), ARRAY[{edges}]) AS bucket, "
        f"CAST(count_if({here}) AS double) AS here, CAST(count_if({before}) AS double) AS before "
        f"FROM {moment.table(table.name)} WHERE {check.column} IS NOT NULL AND "
        f"{time} >= {timestamp(start - timedelta(days=check.days))} AND {time} <= {timestamp(period.last)} GROUP BY 1"
        "), shares AS ("
        f"SELECT {own} AS p, {base} AS q FROM UNNEST(sequence(0, {buckets - 1})) AS b(bucket) "
        "LEFT JOIN counts AS c ON c.bucket = b.bucket"
        ") SELECT sum((p - q) * ln(p / q)) AS psi, (SELECT coalesce(sum(here), 0e0) FROM counts) AS here, "
        "(SELECT coalesce(sum(before), 0e0) FROM counts) AS before FROM shares"
    )
    enough = f"here >= {check.min_rows} AND before >= {check.min_rows}"
    return Judgement(
        f"SELECT psi FROM ({index}) AS i WHERE {enough} AND psi > {check.max_psi}",
        f"SELECT IF({enough}, 1, 0) AS compared, psi AS observed FROM ({index}) AS i",
    )


def _quarantined(table: Table, moment: Moment) -> Judgement:
    """What the job put aside since the first of the period's rows came in, or since the period began without any."""
    period = moment.period
    since = timestamp(period.start if period.start is not None else moment.epoch)
    rows = (
        f"SELECT coalesce(min(ingestion_time), {since}) AS since, count(*) AS n FROM ({moment.rows(table.name)}) AS r"
    )
    where = [f"NOT starts_with(q.reason, {text(CHECKED)})", "q.ingestion_time >= b.since"]
    if period.start is not None:
        where.append(f"q.ingestion_time >= {timestamp(period.start - MAX_AHEAD)}")
    if period.end is not None:
        where.append(f"q.ingestion_time <= (SELECT max(ingestion_time) FROM ({moment.rows(table.name)}) AS l)")
    quarantine = moment.table(BY_NAME[QUARANTINE.name].name)
    found = f"SELECT q.quarantine_id FROM {quarantine} AS q CROSS JOIN ({rows}) AS b WHERE {' AND '.join(where)}"
    return Judgement(
        found,
        f"SELECT n + (SELECT count(*) FROM ({found}) AS q) AS compared, CAST(NULL AS double) AS observed "
        f"FROM ({rows}) AS r",
    )


def _hour_up(moment: datetime) -> datetime:
    """The first hour that begins at or after it."""
    down = moment.replace(minute=0, second=0, microsecond=0)
    return down if down == moment else down + HOUR
