"""Runs in the Flink environment, in one JVM: jobs over the same records into nowhere, one JSON line for each.

Jobs that are compared run in turns: some rounds warm the JVM up, and of the others the median counts. The engine has to
be on the class path. As a job's own jar, every run would load its classes anew and compile them anew: a third of the
CPU of a run of seconds, and nothing of a job that runs for days. Arguments: the folder of single elements (for Flink's
own JSON), the property groups as JSON.
"""

import atexit
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

from flink_job.bounded import LOCAL_OPTIONS
from flink_job.pipeline import compose
from lakehouse.tables import CURATED, QUARANTINE, Table

WARM_UPS, ROUNDS = 2, 5

SQL_SOURCE = """
CREATE TEMPORARY TABLE events (
  event_id STRING, event_time TIMESTAMP_LTZ(3), user_id STRING, source_host STRING, computer_id STRING,
  outcome STRING, orientation STRING, WATERMARK FOR event_time AS event_time - INTERVAL '5' SECOND
) WITH ('connector' = 'filesystem', 'path' = '{path}', 'format' = 'json',
  'json.timestamp-format.standard' = 'ISO-8601')
"""
PARSE = "INSERT INTO parsed SELECT event_id, event_time, user_id, source_host, computer_id, outcome FROM events"
OVER = """
INSERT INTO windowed
SELECT event_id, attempts, failures, hosts,
  COUNT(*) OVER h, COUNT(DISTINCT user_id) OVER h
FROM (
  SELECT event_id, event_time, user_id, source_host,
    COUNT(*) OVER w AS attempts, SUM(CASE outcome WHEN 'Fail' THEN 1 ELSE 0 END) OVER w AS failures,
    COUNT(DISTINCT computer_id) OVER w AS hosts
  FROM events
  WINDOW w AS (PARTITION BY user_id ORDER BY event_time RANGE BETWEEN INTERVAL '1' HOUR PRECEDING AND CURRENT ROW)
)
WINDOW h AS (PARTITION BY source_host ORDER BY event_time RANGE BETWEEN INTERVAL '1' HOUR PRECEDING AND CURRENT ROW)
"""


class Nowhere:
    """Sinks that keep nothing."""

    def __init__(self, tables: Sequence[Table]) -> None:
        self._tables = tables

    def preparations(self) -> tuple[str, ...]:
        from flink_job.sinks import SQL_TYPES

        return tuple(
            f"CREATE TEMPORARY TABLE {self.target(t)} "
            f"({', '.join(f'`{c.name}` {SQL_TYPES[c.type]}' for c in t.columns)}) WITH ('connector' = 'blackhole')"
            for t in self._tables
        )

    def target(self, table: Table) -> str:
        return f"`{table.name}_nowhere`"


def engine_job(table: Table, groups: dict[str, dict[str, str]]) -> Callable[[], float]:
    """Seconds of the engine over everything that `table` needs."""
    return lambda: seconds_of(compose(groups, Nowhere((table,)), wanted=(table,), local=options()))


def sql_job(insert: str, elements: Path) -> Callable[[], float]:
    """Seconds of plain Flink SQL over single JSON elements."""

    def run() -> float:
        from pyflink.table import EnvironmentSettings, TableEnvironment

        tables = TableEnvironment.create(EnvironmentSettings.in_streaming_mode())
        for key, value in options().items():
            tables.get_config().set(key, value)
        tables.execute_sql(SQL_SOURCE.format(path=elements.as_uri()))
        columns = "event_id STRING, event_time TIMESTAMP_LTZ(3), user_id STRING, source_host STRING, "
        columns += "computer_id STRING, outcome STRING"
        tables.execute_sql(f"CREATE TEMPORARY TABLE parsed ({columns}) WITH ('connector' = 'blackhole')")
        figures = "event_id STRING, attempts BIGINT, failures INT, hosts BIGINT, at_source BIGINT, accounts BIGINT"
        tables.execute_sql(f"CREATE TEMPORARY TABLE windowed ({figures}) WITH ('connector' = 'blackhole')")
        statements = tables.create_statement_set()
        statements.add_insert_sql(insert)
        return seconds_of(statements)

    return run


def options() -> dict[str, str]:
    return {**LOCAL_OPTIONS, "parallelism.default": "1"}


def seconds_of(statements: object) -> float:
    client = statements.execute().get_job_client()  # type: ignore[attr-defined]
    return float(client.get_job_execution_result().result().get_net_runtime()) / 1000


def cpu_seconds() -> float:
    """Of the JVM behind this process."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, rest = stat.read_text().rpartition(") ")
        except OSError:
            continue
        fields = rest.split()
        if int(fields[1]) == os.getpid() and name.endswith("(java"):
            return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return 0.0


def in_turns(jobs: dict[str, Callable[[], float]]) -> None:
    """Runs them, and says what each one took."""
    seconds: dict[str, list[float]] = {name: [] for name in jobs}
    cpu: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(WARM_UPS + ROUNDS):
        for name, job in jobs.items():
            before = cpu_seconds()
            seconds[name].append(job())
            cpu[name].append(cpu_seconds() - before)
    for name in jobs:
        found = {
            "what": name,
            "seconds": median(seconds[name][WARM_UPS:]),
            "cpu_seconds": round(median(cpu[name][WARM_UPS:]), 2),
        }
        sys.stdout.write(json.dumps(found) + "\n")
        sys.stdout.flush()


def main(elements: Path, groups: dict[str, dict[str, str]]) -> None:
    in_turns({"decode alone": engine_job(QUARANTINE, groups), "decode and score": engine_job(CURATED, groups)})
    in_turns({"JSON alone in SQL": sql_job(PARSE, elements), "OVER windows in SQL": sql_job(OVER, elements)})


if __name__ == "__main__":
    main(Path(sys.argv[1]), json.loads(sys.argv[2]))
    atexit._run_exitfuncs()  # before Python refuses the threads that PyFlink's servers start when they are stopped
