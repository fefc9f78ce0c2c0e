"""The kinds of checks, typed: what each says, what it needs, and what may be written about it in a suite file."""

import re
from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar, Final, Literal, Self, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from authpulse.validation import suggest
from lakehouse.tables import BY_NAME, Table
from quality.durations import parse_duration
from quality.windows import naive

NAME: Final = r"^[a-z][a-z0-9_]{0,62}$"
_ANY_TIME: Final = datetime(2000, 1, 1)  # noqa: DTZ001 - as in the tables
_MOVED: Final = re.compile(r"(now|epoch)(?:\s*([+-])\s*(\w+))?")


def known_table(name: str) -> str:
    """Raises ValueError for a table that is not declared."""
    if name not in BY_NAME:
        raise ValueError(f"there is no table {name!r}; {suggest(name, list(BY_NAME))}")
    return name


def _duration(value: Any) -> Any:
    return parse_duration(value) if isinstance(value, str) else value


Percent = Annotated[float, Field(ge=0, le=100)]
Duration = Annotated[timedelta, BeforeValidator(_duration)]
TableName = Annotated[str, AfterValidator(known_table)]
type Bound = float | datetime


class Section(BaseModel):
    """Part of a suite file."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def kind_of(check: type["Check"]) -> str:
    """The word that stands for it in a suite file."""
    return str(get_args(check.model_fields["check"].annotation)[0])


def bound(value: float | datetime | str, *, now: datetime, epoch: datetime) -> Bound:
    """A bound of a range as a number, or as a time in UTC without a zone. Raises ValueError for another text."""
    if isinstance(value, datetime):
        return naive(value)
    if not isinstance(value, str):
        return value
    moved = _MOVED.fullmatch(value.strip())
    if moved is None:
        try:
            return naive(datetime.fromisoformat(value))
        except ValueError as error:
            raise ValueError(f"{value!r} is not a number, a time, epoch or now, as in now+5m") from error
    base = now if moved[1] == "now" else epoch
    if moved[2] is None:
        return base
    by = parse_duration(moved[3])
    return base + by if moved[2] == "+" else base - by


class Check(Section):
    """What all checks have."""

    of_rows: ClassVar[bool] = True
    """Whether it says of each row if it is as it should be."""

    name: Annotated[str, Field(pattern=NAME)] = ""
    """Within its table; by default the kind and the column."""
    failure_threshold_pct: Percent | None = None
    """More than this breaks it; the suite's by default."""

    @property
    def label(self) -> str:
        """Its name, or what it is called without one."""
        column = getattr(self, "column", "")
        return self.name or "_".join(filter(None, [kind_of(type(self)), column]))

    @property
    def meaning(self) -> str:
        """What is right, in words: for checks of rows, what their bad rows are not."""
        return (type(self).__doc__ or "").strip().splitlines()[0]

    def columns_in(self, table: Table) -> tuple[str, ...]:
        """Columns of its own table that it needs."""
        del table
        column = getattr(self, "column", "")
        return (column,) if column else ()


class NotNull(Check):
    """The column has a value."""

    check: Literal["not_null"]
    column: str

    @property
    def meaning(self) -> str:
        return f"{self.column} is not null"


class Allowed(Check):
    """The column has one of the values, or none."""

    check: Literal["allowed"]
    column: str
    values: Annotated[tuple[str, ...], Field(min_length=1)]

    @property
    def meaning(self) -> str:
        return f"{self.column} is one of {', '.join(self.values)}"


class Range(Check):
    """The column's value is between the bounds, which belong to it, or null.

    A bound is a number, a time, `epoch` (the suite's), or `now`, with something added to it as in `now+5m`.
    """

    check: Literal["range"]
    column: str
    min: float | int | datetime | str | None = None
    max: float | int | datetime | str | None = None

    @model_validator(mode="after")
    def _has_bounds(self) -> Self:
        if self.min is None and self.max is None:
            raise ValueError("give min, max or both")
        for given in (self.min, self.max):
            if isinstance(given, str):
                bound(given, now=_ANY_TIME, epoch=_ANY_TIME)
        return self

    @property
    def meaning(self) -> str:
        below = "" if self.min is None else f"at least {self.min}"
        above = "" if self.max is None else f"at most {self.max}"
        return f"{self.column} is {' and '.join(filter(None, [below, above]))}"


class Unique(Check):
    """No value is there twice; with `columns`, no combination. All rows of one that is are bad; null is no value."""

    check: Literal["unique"]
    column: str = ""
    columns: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _has_columns(self) -> Self:
        if bool(self.column) == bool(self.columns):
            raise ValueError("give either column or columns")
        return self

    @property
    def key(self) -> tuple[str, ...]:
        return self.columns or (self.column,)

    @property
    def label(self) -> str:
        return self.name or "_".join([kind_of(type(self)), *self.key])

    def columns_in(self, table: Table) -> tuple[str, ...]:
        del table
        return self.key

    @property
    def meaning(self) -> str:
        return f"{' and '.join(self.key)} are there once" if self.columns else f"{self.column} is there once"


class Matches(Check):
    """The column's value matches the regular expression somewhere (so put ^ and $), or is null."""

    check: Literal["matches"]
    column: str
    pattern: str

    @model_validator(mode="after")
    def _is_a_pattern(self) -> Self:
        try:
            re.compile(self.pattern)
        except re.error as error:
            raise ValueError(f"pattern: not a regular expression: {error}") from error
        return self

    @property
    def meaning(self) -> str:
        return f"{self.column} matches {self.pattern}"


class Condition(Check):
    """An SQL condition that holds for every row; where it is null it holds."""

    check: Literal["condition"]
    name: Annotated[str, Field(pattern=NAME)]
    holds: Annotated[str, Field(min_length=1)]

    def columns_in(self, table: Table) -> tuple[str, ...]:
        words = set(re.findall(r"\w+", re.sub(r"'[^']*'", "", self.holds)))
        return tuple(name for name in table.column_names if name in words)

    @property
    def meaning(self) -> str:
        return self.holds


class References(Check):
    """The value is in a column of another table, looked for in the same window, or is null.

    Rows that came in less than `grace` ago are left out: two tables are not committed at once.
    """

    check: Literal["references"]
    column: str
    to_table: TableName
    to_column: str = ""
    """The same name by default."""
    grace: Duration = timedelta(minutes=5)

    @property
    def target(self) -> str:
        return self.to_column or self.column

    @property
    def label(self) -> str:
        return self.name or f"references_{self.to_table}"

    @property
    def meaning(self) -> str:
        return f"{self.column} is a {self.target} of {self.to_table}"


class Schema(Check):
    """The table has the columns of its declaration, of those types, and no others. Each that differs counts."""

    of_rows: ClassVar[bool] = False

    check: Literal["schema"]


class Freshness(Check):
    """The newest value is at most so old."""

    of_rows: ClassVar[bool] = False

    check: Literal["freshness"]
    column: str
    max_age: Duration


class Volume(Check):
    """No hour of the window has far fewer rows, or far more, than the mean of the same hour of the days before.

    Each hour that does counts. Hours with fewer than `min_days` days before them have nothing to be compared with, and
    the hour in which the data end is not over.
    """

    of_rows: ClassVar[bool] = False

    check: Literal["volume"]
    drop_below: Annotated[float, Field(gt=0, lt=1)] | None = None
    """Fewer than this share of the mean is a drop."""
    spike_above: Annotated[float, Field(gt=1)] | None = None
    """More than this times the mean is a spike."""
    days: Annotated[int, Field(ge=1, le=60)] = 7
    """How many days before are looked at."""
    min_days: Annotated[int, Field(ge=1, le=60)] = 2
    min_rows: Annotated[int, Field(ge=0)] = 100
    """A difference of fewer rows is none."""

    @model_validator(mode="after")
    def _is_one_of_both(self) -> Self:
        if (self.drop_below is None) == (self.spike_above is None):
            raise ValueError("give either drop_below or spike_above; for both write two checks")
        if self.min_days > self.days:
            raise ValueError(f"min_days: {self.min_days} is above days, which is {self.days}")
        return self

    @property
    def label(self) -> str:
        return self.name or ("volume_drop" if self.drop_below else "volume_spike")


class Drift(Check):
    """The column's values are distributed as in the days before the window, by the population stability index.

    With fewer than `min_rows` on either side there is nothing to compare.
    """

    of_rows: ClassVar[bool] = False

    check: Literal["drift"]
    column: str
    edges: Annotated[tuple[float, ...], Field(min_length=1)]
    """Where a new bucket begins, rising."""
    days: Annotated[int, Field(ge=1, le=366)] = 7
    max_psi: Annotated[float, Field(gt=0)] = 0.2
    min_rows: Annotated[int, Field(ge=1)] = 500

    @model_validator(mode="after")
    def _edges_rise(self) -> Self:
        if any(a >= b for a, b in zip(self.edges, self.edges[1:], strict=False)):
            raise ValueError("edges: each has to be above the one before")
        return self


class Quarantined(Check):
    """Of what came in, the share that the job put into quarantine, since the window's first row came in.

    Rows that checks have put there do not count.
    """

    of_rows: ClassVar[bool] = False

    check: Literal["quarantined"]


KINDS: Final[dict[str, type[Check]]] = {
    kind_of(kind): kind
    for kind in (
        NotNull,
        Allowed,
        Range,
        Unique,
        Matches,
        Condition,
        References,
        Schema,
        Freshness,
        Volume,
        Drift,
        Quarantined,
    )
}
