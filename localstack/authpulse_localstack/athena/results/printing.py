"""Values as Athena writes them into results: columns of Arrow into columns of text, NULL staying NULL."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from authpulse_localstack.athena.errors import not_supported
from authpulse_localstack.athena.results.numbers import java_double, java_real
from authpulse_localstack.athena.types import (
    DOUBLE,
    INTERVAL_DAY,
    INTERVAL_MONTH,
    REAL,
    UNKNOWN,
    UTC,
    VARBINARY,
    Array,
    Decimal,
    Map,
    Row,
    Time,
    Timestamp,
    Type,
    ZonedTimestamp,
    field_name,
    has_unknown_zone,
)

_PLAIN_DOUBLE: Final = r"^-?\d+(\.\d+)?$"


def check_printable(types: Sequence[Type]) -> None:
    """Raises NOT_SUPPORTED for a column whose zone is not known: it could be shown wrongly only."""
    if any(map(has_unknown_zone, types)):
        raise not_supported("A result column with timestamps of several time zones")


def print_batch(batch: pa.RecordBatch, types: Sequence[Type]) -> pa.RecordBatch:
    """A batch of text columns of the same length."""
    columns = [print_column(c, t) for c, t in zip(batch.columns, types, strict=True)]
    return pa.RecordBatch.from_arrays(columns, names=[f"c{n}" for n, _ in enumerate(columns)])


def print_column(values: pa.Array, type_: Type) -> pa.Array:
    if isinstance(values.type, pa.BaseExtensionType):
        values = values.storage
    if pa.types.is_null(values.type) or type_ == UNKNOWN:
        return pa.nulls(len(values), pa.string())
    if isinstance(type_, Time | Timestamp | ZonedTimestamp):
        return _moments(values, type_)
    if type_ == DOUBLE:
        return _doubles(values)
    if isinstance(type_, Decimal) and type_.scale <= 6:  # Arrow writes small ones of more digits as 1E-10
        return values.cast(pa.string())
    if type_ in _BY_VALUE or isinstance(type_, Array | Map | Row | Decimal):
        show = printer(type_)
        return pa.array([None if v is None else show(v) for v in values.to_pylist()], pa.string())
    return values.cast(pa.string())


def _moments(values: pa.Array, type_: Time | Timestamp | ZonedTimestamp) -> pa.Array:
    whole = 8 if isinstance(type_, Time) else 19
    width = whole + (1 + type_.precision if type_.precision else 0)
    if isinstance(type_, ZonedTimestamp):
        zone = type_.zone or UTC
        values = pc.local_timestamp(values.cast(pa.timestamp("us", zone)))
        texts = pc.utf8_slice_codeunits(values.cast(pa.string()), 0, width)
        return pc.binary_join_element_wise(texts, pa.scalar(zone), " ")
    unit = pa.time64("us") if isinstance(type_, Time) else pa.timestamp("us")
    return pc.utf8_slice_codeunits(values.cast(unit).cast(pa.string()), 0, width)


def _doubles(values: pa.Array) -> pa.Array:
    """Arrow's own text where it is Java's but for a missing .0, value by value elsewhere."""
    texts = values.cast(pa.string())
    size = pc.abs(values)
    ordinary = pc.and_(pc.greater_equal(size, 1e-3), pc.less(size, 1e7))
    plain = pc.and_(ordinary, pc.match_substring_regex(texts, _PLAIN_DOUBLE))
    whole = pc.invert(pc.match_substring(texts, "."))
    dotted = pc.if_else(whole, pc.binary_join_element_wise(texts, pa.scalar(""), ".0"), texts)
    if pc.all(plain, min_count=0).as_py():
        return dotted
    pairs = zip(dotted.to_pylist(), plain.to_pylist(), values.to_pylist(), strict=True)
    return pa.array([t if ok else None if v is None else java_double(v) for t, ok, v in pairs], pa.string())


# value by value: containers and what they hold


def printer(type_: Type) -> Callable[[Any], str]:
    """How one value is written. Inside a container NULL is the word null."""
    match type_:
        case Array():
            element = _nullable(type_.element)
            return lambda v: f"[{', '.join(map(element, v))}]"
        case Map():
            key, value = _nullable(type_.key), _nullable(type_.value)
            return lambda v: f"{{{', '.join(f'{key(k)}={value(x)}' for k, x in _entries(v))}}}"
        case Row():
            return _row_printer(type_)
        case Time() | Timestamp() | ZonedTimestamp():
            return _moment_printer(type_)
        case Decimal():
            return lambda v: format(v, "f")
        case _:
            return _BY_VALUE.get(type_, _text)


def _nullable(type_: Type) -> Callable[[Any], str]:
    show = printer(type_)
    return lambda v: "null" if v is None else show(v)


def _entries(value: Any) -> Any:
    return value.items() if isinstance(value, dict) else value


def _row_printer(row: Row) -> Callable[[Any], str]:
    """{name=value, …}; a field without a name is called after its place, from 0."""
    fields = [(field_name(row, n)[1:-1], f.name or f"field{n}", _nullable(f.type)) for n, f in enumerate(row.fields)]

    def show(value: dict[str, Any]) -> str:
        return f"{{{', '.join(f'{shown}={text(value[kept])}' for kept, shown, text in fields)}}}"

    return show


def _moment_printer(type_: Time | Timestamp | ZonedTimestamp) -> Callable[[Any], str]:
    whole = 8 if isinstance(type_, Time) else 19
    width = whole + (1 + type_.precision if type_.precision else 0)

    def show(value: datetime | time) -> str:
        if isinstance(value, time):
            return value.isoformat(timespec="microseconds")[:width]
        if isinstance(type_, ZonedTimestamp):
            zone = type_.zone or UTC
            shown = value.astimezone(
                ZoneInfo(zone) if ":" not in zone else datetime.fromisoformat(f"2000-01-01T00:00{zone}").tzinfo
            )
            return f"{shown.replace(tzinfo=None).isoformat(' ', 'microseconds')[:width]} {zone}"
        return value.isoformat(" ", "microseconds")[:width]

    return show


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value)


def _bytes(value: bytes) -> str:
    return value.hex(" ")


def interval_day(millis: int) -> str:
    """1 00:00:00.000"""
    rest, sign = abs(millis), "-" if millis < 0 else ""
    days, rest = divmod(rest, 86_400_000)
    hours, rest = divmod(rest, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    return f"{sign}{days} {hours:02d}:{minutes:02d}:{rest // 1000:02d}.{rest % 1000:03d}"


def interval_month(months: int) -> str:
    """1-2: years and months."""
    years, rest = divmod(abs(months), 12)
    return f"{'-' if months < 0 else ''}{years}-{rest}"


_BY_VALUE: Final[dict[Type, Callable[[Any], str]]] = {
    DOUBLE: java_double,
    REAL: java_real,
    VARBINARY: _bytes,
    INTERVAL_DAY: interval_day,
    INTERVAL_MONTH: interval_month,
}
