"""The bounded run: one log in, the four tables as JSON lines out. The same engine and the same views as on the service.

A mini cluster in this process's JVM; no AWS. Scores are those of one pass over the log from its beginning.
"""

import gc
import json
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from authpulse.errors import AuthPulseError, InputError
from authpulse.formats.lines import open_lines
from authpulse.formats.outcomes import Reader
from flink_job import spool
from flink_job.pipeline import compose, failures_explained
from flink_job.properties import JOB, LAKE, RULES, SOURCE, Groups
from flink_job.rules import Rule, to_properties
from flink_job.sinks import FolderSinks
from lakehouse.tables import ALERTS, QUARANTINE, RAW, STREAMED, Table

type Step = Callable[[str], None]
"""Called with what is being done."""

LOCAL_OPTIONS: Final = {
    "execution.attached": "true",
    "rest.bind-address": "127.0.0.1",
    "rest.bind-port": "0",
    "state.backend.type": "hashmap",
    "taskmanager.memory.managed.size": "64m",
    "taskmanager.memory.network.min": "64m",
    "taskmanager.memory.network.max": "64m",
}


NEVER_FLUSHED_MS: Final = str(24 * 3600 * 1000)
"""A file's watermark always comes in the end; on a slow machine it must not be given up before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to score and how."""

    input: Path
    reader: Reader
    output: Path
    rules: tuple[Rule, ...]
    jar: Path
    popularity: Path | None = None
    order: str = "arrival"
    parallelism: int = 1
    arrival_ms: int | None = None
    """`ingestion_time` of every row; the time of the run if not given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """input_lines = events + ignored + quarantined."""

    input_lines: int
    events: int
    ignored: int
    quarantined: int
    alerts: int
    by_rule: dict[str, int]
    seconds: float

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def score(request: Request, step: Step, progress: Callable[[int, int], None] | None = None) -> Summary:
    """Runs it. Raises InputError for what cannot be read, AuthPulseError if what came out is not what went in."""
    started = time.monotonic()
    if request.popularity is not None:
        _readable(request.popularity)
    with _fresh(request.output) as folder:
        records, rows = folder / "records", folder / "rows"
        records.mkdir()
        step(f"reading {request.input.name}")
        lines = open_lines(request.input, progress=progress)
        counts = spool.write(lines, request.reader, records, shards=request.parallelism)
        step(f"scoring {counts.events:,} events")
        if counts.events or counts.rejected:
            run(groups_of(request, records), rows, jar=request.jar, parallelism=request.parallelism)
        step("collecting tables")
        found = {t.name: collect(rows, t, request.output) for t in STREAMED}
    alerts = _alerts_by_rule(request.output / file_name(ALERTS))
    summary = Summary(
        input_lines=counts.lines,
        events=found[RAW.name],
        ignored=counts.ignored,
        quarantined=found[QUARANTINE.name],
        alerts=found[ALERTS.name],
        by_rule=alerts,
        seconds=round(time.monotonic() - started, 1),
    )
    if summary.events + summary.ignored + summary.quarantined != summary.input_lines:
        raise AuthPulseError(
            f"{summary.input_lines} lines went in, and {summary.events} events, {summary.quarantined} quarantined and "
            f"{summary.ignored} ignored came out: please report this"
        )
    return summary


def groups_of(request: Request, records: Path) -> Groups:
    """The property groups of a bounded run."""
    arrival = request.arrival_ms if request.arrival_ms is not None else time.time_ns() // 1_000_000
    popularity = {"popularity.uri": request.popularity.absolute().as_uri()} if request.popularity else {}
    return {
        JOB: {"database": "local", "order": request.order, "order.flush.after.ms": NEVER_FLUSHED_MS},
        SOURCE: {"type": "file", "path": str(records), "arrival.ms": str(arrival)},
        LAKE: {},
        RULES: to_properties(request.rules) | popularity,
    }


def run(groups: Groups, rows: Path, *, jar: Path, parallelism: int) -> None:
    """Runs the job over a bounded source to its end; part files of every table come to lie in `rows`.

    Raises PropertyError for what the engine cannot be configured with, AuthPulseError if the job fails.
    """
    options: Mapping[str, str] = {**LOCAL_OPTIONS, "parallelism.default": str(parallelism)}
    with _by_one_connection():
        statements = compose(groups, FolderSinks(rows, STREAMED), jar=jar.absolute(), local=options)
        with failures_explained():
            execution = statements.execute()
    with failures_explained():
        execution.wait()


@contextmanager
def _by_one_connection() -> Iterator[None]:
    """Java finds the engine's classes by the thread at its end of our connection. A garbage collection, on whatever
    thread of ours, tells Java of objects that are not needed any more: if it does so by that connection, the work goes
    on with another, and Java does not find the engine. So there is none meanwhile."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _readable(path: Path) -> None:
    try:
        path.open("rb").close()
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error


@contextmanager
def _fresh(output: Path) -> Iterator[Path]:
    """A folder for what is only needed during the run, beside the results so that moving is cheap."""
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{output}: cannot be a folder for the results: {error.strerror}") from error
    folder = Path(tempfile.mkdtemp(prefix=".run-", dir=output))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def file_name(table: Table) -> str:
    """Of a table's rows in the output folder."""
    return f"{table.name}.jsonl"


def collect(rows: Path, table: Table, output: Path) -> int:
    """The part files of a table to one file in `output`; returns the number of rows."""
    count = 0
    target = output / file_name(table)
    with target.open("wb") as collected:
        for part in sorted((rows / table.name).glob("part-*")):
            with part.open("rb") as file:
                while block := file.read(1 << 20):
                    count += block.count(b"\n")
                    collected.write(block)
    return count


def _alerts_by_rule(path: Path) -> dict[str, int]:
    with path.open(encoding="utf-8") as file:
        found = Counter(str(json.loads(line)["rule_id"]) for line in file)
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))
