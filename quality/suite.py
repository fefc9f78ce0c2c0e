"""What a suite file says. Errors name file, place, what is wrong and what would be right.

    name: auth_events
    include: [alerts]             # the tables of other suites, by name or by path from this file
    window: 24h                   # unless the command line says another
    failure_threshold_pct: 0.1    # of each check, and of a table's records as a whole
    epoch: 2000-01-01             # no event is older
    tables:
      - table: auth_events_raw
        checks:
          - check: not_null
            column: user_id

Checks of rows say of each row whether it is as it should be; their bad rows are counted, make a record invalid, and go
to quarantine: not_null, allowed, range, unique, matches, condition, references. Checks of tables look at all of them:
schema, freshness, volume, drift, quarantined.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import AfterValidator, Field

from authpulse.documents import read_yaml
from authpulse.errors import InputError
from authpulse.validation import suggest, validate
from lakehouse.tables import BY_NAME, Table
from quality.kinds import KINDS, NAME, Check, Drift, Percent, References, Section, TableName, Volume
from quality.windows import Window, is_daily, naive

SUITES: Final = Path(__file__).with_name("suites")


def _window(text: str) -> str:
    try:
        Window.parse(text)
    except InputError as error:
        raise ValueError(str(error)) from error
    return text


class _TableDocument(Section):
    table: TableName
    failure_threshold_pct: Percent | None = None
    checks: Annotated[tuple[dict[str, Any], ...], Field(min_length=1)]


class _Document(Section):
    """The file. Its checks are validated one by one, each as its own kind."""

    name: Annotated[str, Field(pattern=NAME)]
    window: Annotated[str, AfterValidator(_window)] = "24h"
    failure_threshold_pct: Percent = 0.1
    epoch: datetime = datetime(1970, 1, 1)  # noqa: DTZ001 - as in the tables
    include: tuple[str, ...] = ()
    tables: Annotated[tuple[_TableDocument, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedCheck:
    """A check of a table, with everything decided that the file leaves open."""

    table: Table
    check: Check
    threshold_pct: float

    @property
    def name(self) -> str:
        """Unique within the suite, as in auth_events_raw.not_null_user_id."""
        return f"{self.table.name}.{self.check.label}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TablePlan:
    """The checks of one table."""

    table: Table
    threshold_pct: float
    """Of its records: more invalid ones than this break the suite."""
    checks: tuple[PlannedCheck, ...]

    @property
    def of_rows(self) -> tuple[PlannedCheck, ...]:
        return tuple(c for c in self.checks if c.check.of_rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """Checks that are run together."""

    name: str
    window: Window
    epoch: datetime
    tables: tuple[TablePlan, ...]

    @property
    def checks(self) -> tuple[PlannedCheck, ...]:
        return tuple(c for t in self.tables for c in t.checks)


def find(suite: str) -> Path:
    """The file of a suite: one of ours by its name, or any by its path. Raises InputError."""
    known = {p.stem: p for p in sorted(SUITES.glob("*.yaml"))}
    if suite in known:
        return known[suite]
    if suite.endswith((".yaml", ".yml")):
        return Path(suite)
    raise InputError(f"there is no suite {suite!r}; {suggest(suite, list(known))}, or give a path to a YAML file")


def load(path: Path) -> Suite:
    """Raises InputError: one line for each thing that is wrong."""
    document = validate(_Document, read_yaml(path), str(path))
    wrong: list[str] = []
    tables = []
    for at, section in enumerate(document.tables):
        table = BY_NAME[section.table]
        default = document.failure_threshold_pct
        threshold = default if section.failure_threshold_pct is None else section.failure_threshold_pct
        checks = []
        for number, given in enumerate(section.checks):
            where = f"{path}: tables[{at}].checks[{number}]"
            try:
                check = _check(given, table, where)
            except InputError as error:
                wrong += str(error).splitlines()
                continue
            own = check.failure_threshold_pct
            checks.append(PlannedCheck(table=table, check=check, threshold_pct=threshold if own is None else own))
        tables.append(TablePlan(table=table, threshold_pct=threshold, checks=tuple(checks)))
    for other in document.include:
        tables += load(_included(other, path)).tables
    wrong += [f"{path}: {line}" for line in _twice(tables)]
    if wrong:
        raise InputError("\n".join(wrong))
    epoch = naive(document.epoch)
    return Suite(name=document.name, window=Window.parse(document.window), epoch=epoch, tables=tuple(tables))


def _included(name: str, by: Path) -> Path:
    """The file of a suite that another includes. A suite that includes others cannot be: there is no circle then."""
    path = by.parent / name if name.endswith((".yaml", ".yml")) else find(name)
    if (read := read_yaml(path)) and isinstance(read, dict) and read.get("include"):
        raise InputError(f"{by}: include: {name} includes suites itself; include those here")
    return path


def _check(given: dict[str, Any], table: Table, where: str) -> Check:
    kind = given.get("check")
    if kind not in KINDS:
        wrong = "missing" if kind is None else f"{kind!r} is not known"
        raise InputError(f"{where}: check: {wrong}; {suggest(str(kind), list(KINDS))}")
    check = validate(KINDS[kind], given, where)
    if isinstance(check, Volume | Drift) and is_daily(table):
        raise InputError(f"{where}: check: {table.name} is by day, and {kind} compares hours")
    columns = [("column", table, name) for name in check.columns_in(table)]
    if isinstance(check, References):
        columns.append(("to_column", BY_NAME[check.to_table], check.target))
    for key, owner, name in columns:
        if name not in owner.column_names:
            hint = suggest(name, list(owner.column_names))
            raise InputError(f"{where}: {key}: {owner.name} has no column {name!r}; {hint}")
    return check


def _twice(tables: Sequence[TablePlan]) -> Iterator[str]:
    for name, times in Counter(t.table.name for t in tables).items():
        if times > 1:
            yield f"tables: {name} is there {times} times"
    for name, times in Counter(c.name for t in tables for c in t.checks).items():
        if times > 1:
            yield f"{times} checks are called {name}: give them a name each"
