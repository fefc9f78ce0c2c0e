"""The same records through the engine and through the reference, as rows that can be compared."""

import json
import os
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from authpulse.cli.places import ENGINE_JAR, ROOT, built, python_of
from authpulse.elements import elements
from flink_job import reference
from flink_job.rules import Rule, parse
from lakehouse.tables import STREAMED, Table

Rows = dict[str, list[dict[str, Any]]]

ARRIVAL_MS = 1_767_225_600_000  # 2026-01-01: after every event of the logs that tests use
DRIVER = """
import json, sys
from pathlib import Path
from flink_job.bounded import collect, run
from lakehouse.tables import STREAMED
asked = json.load(sys.stdin)
run(asked["groups"], Path(asked["rows"]), jar=Path(asked["jar"]), parallelism=asked["parallelism"])
for table in STREAMED:
    collect(Path(asked["rows"]), table, Path(asked["output"]))
"""


def built_in_rules() -> tuple[Rule, ...]:
    return parse(yaml.safe_load((ROOT / "flink_job/rules.yaml").read_text()), "rules.yaml")


def run_engine(groups: Mapping[str, Mapping[str, str]], output: Path, *, parallelism: int) -> Rows:
    """The job over a folder of records in the Flink environment, as the bounded run does it."""
    output.mkdir()
    asked = {
        "groups": groups,
        "rows": str(output / "parts"),
        "output": str(output),
        "jar": str(built(ENGINE_JAR)),
        "parallelism": parallelism,
    }
    flink_python(["-c", DRIVER], input_text=json.dumps(asked))
    return read_rows(output)


def flink_python(arguments: Sequence[str], *, input_text: str = "") -> str:
    """Runs Python in the Flink environment with our code; what it printed. Fails with what it said on stderr."""
    known = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONSAFEPATH": "1"}
    command = [str(python_of("flink")), *arguments]
    ended = subprocess.run(command, input=input_text, env=known, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr[-4000:]
    return ended.stdout


def run_reference(records: Path, order: reference.Order = "arrival", **settings: Any) -> Rows:
    """The plain-Python meaning over the same folder, shard by shard."""
    return reference.run(arrivals(records), built_in_rules(), order=order, **settings)


def arrivals(records: Path) -> Iterable[reference.Arrival]:
    """The elements of a folder of records, where the file source says they come from."""
    for shard in sorted(records.glob("*.jsonl")):
        for number, line in enumerate(shard.read_bytes().splitlines(), 1):
            for index, (element, raw) in enumerate(elements(line)):
                yield reference.Arrival(element, raw, ARRIVAL_MS, shard.stem, str(number), index)


def read_rows(folder: Path) -> Rows:
    """Tables written as JSON lines, with times as milliseconds like the reference's."""
    return {t.name: [_row(t, line) for line in (folder / f"{t.name}.jsonl").read_text().splitlines()] for t in STREAMED}


def differences(engine: Rows, expected: Rows) -> list[str]:
    """The first rows that differ, table by table; empty when all are equal."""
    found: list[str] = []
    for table in STREAMED:
        key = table.column_names[0]
        mine = sorted(engine[table.name], key=lambda r: r[key])
        theirs = sorted(expected[table.name], key=lambda r: r[key])
        if len(mine) != len(theirs):
            found.append(f"{table.name}: {len(mine)} rows, {len(theirs)} expected")
        unequal = [(a, b) for a, b in zip(mine, theirs, strict=False) if a != b]
        if unequal:
            a, b = unequal[0]
            columns = {c: (a.get(c), b.get(c)) for c in table.column_names if a.get(c) != b.get(c)}
            found.append(f"{table.name}: {len(unequal)} rows differ, first {a[key]} in (engine, reference): {columns}")
    return found


def _row(table: Table, line: str) -> dict[str, Any]:
    row = json.loads(line)
    return {c.name: _value(c.type, row[c.name]) for c in table.columns}


def _value(kind: str, value: Any) -> Any:
    if kind == "timestamp" and value is not None:
        return round(datetime.fromisoformat(value).replace(tzinfo=UTC).timestamp() * 1000)
    return value
