"""OVER ( … ): partitions, order and frame."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from authpulse_localstack.athena.errors import QueryError
from authpulse_localstack.athena.sql import nodes
from authpulse_localstack.athena.translate.typed import Typed, combine
from authpulse_localstack.athena.types import BIGINT, INTERVAL_DAY, INTERVAL_MONTH, UNKNOWN, is_integer, is_numeric

if TYPE_CHECKING:
    from authpulse_localstack.athena.translate.calls import Calls


def over(calls: "Calls", window: nodes.Window, named: Mapping[str, nodes.Window]) -> Typed:
    """The specification as DuckDB's text; its Typed says what is inside."""
    from authpulse_localstack.athena.translate.calls import sort_keys  # calls hold windows

    window = _resolved(window, named)
    parts, clauses = [], []
    if window.partition_by:
        keys = [calls.translate(k) for k in window.partition_by]
        parts.extend(keys)
        clauses.append(f"PARTITION BY {', '.join(k.sql for k in keys)}")
    if window.order_by:
        clauses.append(f"ORDER BY {sort_keys(calls, window.order_by)}")
        parts.extend(calls.translate(i.key) for i in window.order_by)
    if any(p.window for p in parts):
        raise QueryError("NESTED_WINDOW", "Cannot nest window functions inside window specification", window.at)
    if window.unit is not None and window.start is not None:
        clauses.append(_frame(calls, window, window.start))
    return replace(combine(" ".join(clauses), UNKNOWN, window.at, *parts), window=False)


def _resolved(window: nodes.Window, named: Mapping[str, nodes.Window]) -> nodes.Window:
    """A window that builds on a named one."""
    if window.name is None:
        return window
    base = named.get(window.name.key)
    if base is None:
        raise QueryError("INVALID_WINDOW_REFERENCE", f"Cannot resolve WINDOW name {window.name.name}", window.at)
    base = _resolved(base, named)
    return nodes.Window(
        window.at,
        None,
        base.partition_by,
        window.order_by or base.order_by,
        window.unit or base.unit,
        window.start or base.start,
        window.end or base.end,
    )


def _frame(calls: "Calls", window: nodes.Window, start: nodes.FrameBound) -> str:
    first = _bound(calls, window, start)
    if window.end is None:
        return f"{window.unit} BETWEEN {first} AND CURRENT ROW"
    return f"{window.unit} BETWEEN {first} AND {_bound(calls, window, window.end)}"


def _bound(calls: "Calls", window: nodes.Window, bound: nodes.FrameBound) -> str:
    if bound.value is None:
        return bound.kind
    value = calls.translate(bound.value)
    if window.unit != "RANGE":
        if not is_integer(value.type):
            message = f"Window frame offset value type must be INTEGER or BIGINT (actual {value.type})"
            raise QueryError("TYPE_MISMATCH", message, bound.at)
        return f"CAST({value.sql} AS BIGINT) {bound.kind}" if value.type != BIGINT else f"{value.sql} {bound.kind}"
    if value.type == INTERVAL_DAY:
        return f"to_milliseconds({value.sql}) {bound.kind}"
    if value.type == INTERVAL_MONTH:
        return f"to_months({value.sql}) {bound.kind}"
    if not is_numeric(value.type):
        message = f"Window frame RANGE value type {value.type} is not numeric or an interval"
        raise QueryError("TYPE_MISMATCH", message, bound.at)
    return f"{value.sql} {bound.kind}"
