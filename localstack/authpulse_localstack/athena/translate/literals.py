"""Literals: values that stand in the text of a statement."""

import re
from datetime import date
from decimal import Decimal as Number
from typing import Final

from authpulse_localstack.athena.errors import QueryError
from authpulse_localstack.athena.functions.python import json_canonical
from authpulse_localstack.athena.sql import nodes
from authpulse_localstack.athena.translate import casts, moments
from authpulse_localstack.athena.translate.type_names import type_of
from authpulse_localstack.athena.translate.typed import Typed, cast_to, quote
from authpulse_localstack.athena.types import (
    BIGINT,
    BOOLEAN,
    DATE,
    DOUBLE,
    INTEGER,
    INTERVAL_DAY,
    INTERVAL_MONTH,
    JSON,
    MAX_DECIMAL,
    UNKNOWN,
    VARBINARY,
    Decimal,
    Timestamp,
    Type,
    Varchar,
    ZonedTimestamp,
)

Literal = (
    nodes.NullLiteral
    | nodes.BooleanLiteral
    | nodes.NumberLiteral
    | nodes.StringLiteral
    | nodes.BinaryLiteral
    | nodes.TypedLiteral
    | nodes.IntervalLiteral
)
MILLIS: Final = {"SECOND": 1000, "MINUTE": 60_000, "HOUR": 3_600_000, "DAY": 86_400_000, "WEEK": 604_800_000}
MONTHS: Final = {"MONTH": 1, "YEAR": 12}
_DAY_TO_SECOND: Final = re.compile(r"(?:(\d+)\s*)?(?:(\d+):(\d+)(?::(\d+)(?:\.(\d{1,3})\d*)?)?)?")


def translate(node: Literal) -> Typed:
    match node:
        case nodes.NullLiteral():
            return _constant("NULL", UNKNOWN, node)
        case nodes.BooleanLiteral():
            return _constant("true" if node.value else "false", BOOLEAN, node)
        case nodes.NumberLiteral():
            return _number(node)
        case nodes.StringLiteral():
            return string(node.value, node)
        case nodes.BinaryLiteral():
            return _constant(f"from_hex('{node.value.hex()}')", VARBINARY, node)
        case nodes.TypedLiteral():
            return _typed(node)
        case nodes.IntervalLiteral():
            return _interval(node)


def string(text: str, node: nodes.Node) -> Typed:
    return Typed(quote(text), Varchar(len(text)), node.at, constant=True, text=text)


def _constant(sql: str, type_: Type, node: nodes.Node) -> Typed:
    return Typed(sql, type_, node.at, constant=True)


def _number(node: nodes.NumberLiteral) -> Typed:
    if node.kind == "double":
        return _constant(f"CAST('{node.text}' AS DOUBLE)", DOUBLE, node)
    if node.kind == "decimal":
        return _decimal(node.text, node)
    value = int(node.text)
    if -(2**31) <= value < 2**31:
        return _constant(cast_to(str(value), INTEGER), INTEGER, node)
    if -(2**63) <= value < 2**63:
        return _constant(cast_to(f"'{value}'", BIGINT), BIGINT, node)
    raise QueryError("INVALID_LITERAL", f"Invalid numeric literal: {node.text}", node.at)


def _decimal(text: str, node: nodes.Node) -> Typed:
    """Precision is the number of digits as they are written, without zeros in front."""
    found = re.fullmatch(r"([+-]?)0*(\d*)(?:\.(\d*))?", text.strip())
    if found is None:
        raise QueryError("INVALID_LITERAL", f"'{text}' is not a valid DECIMAL literal", node.at)
    whole, fraction = found[2], found[3] or ""
    type_ = Decimal(max(1, len(whole) + len(fraction)), len(fraction))
    if type_.precision > MAX_DECIMAL:
        raise QueryError("INVALID_LITERAL", f"'{text}' is not a valid DECIMAL literal", node.at)
    return _constant(cast_to(f"'{found[1]}{whole or '0'}.{fraction or '0'}'", type_), type_, node)


def _typed(node: nodes.TypedLiteral) -> Typed:
    name = node.type.name
    if name == "timestamp":
        sql, type_ = moments.literal(node.value, node.at)
        return _constant(sql, type_, node)
    if name == "date":
        return _date(node)
    if name in {"decimal", "numeric", "dec"}:
        return _decimal(node.value, node)
    type_ = type_of(node.type)
    if isinstance(type_, Timestamp | ZonedTimestamp):
        raise QueryError("INVALID_LITERAL", f"'{node.value}' is not a valid {name} literal", node.at)
    if isinstance(type_, Varchar):
        return string(node.value, node)
    if type_ == JSON:
        return _json(node)
    return casts.cast(string(node.value, node), type_, node.at)


def _json(node: nodes.TypedLiteral) -> Typed:
    """The document, as json_parse writes it; a cast would make a JSON string of the text."""
    try:
        text = json_canonical(node.value)
    except ValueError:
        raise QueryError("INVALID_LITERAL", f"'{node.value}' is not a valid JSON literal", node.at) from None
    return _constant(f"CAST({quote(text)} AS JSON)", JSON, node)


def _date(node: nodes.TypedLiteral) -> Typed:
    found = re.fullmatch(r"\s*(\d{4})-(\d{1,2})-(\d{1,2})\s*", node.value)
    try:
        day = date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        day = None
    if day is None:
        raise QueryError("INVALID_LITERAL", f"'{node.value}' is not a valid DATE literal", node.at)
    return _constant(cast_to(quote(day.isoformat()), DATE), DATE, node)


def _interval(node: nodes.IntervalLiteral) -> Typed:
    type_: Type = INTERVAL_MONTH if node.start in MONTHS else INTERVAL_DAY
    return _constant(cast_to(str(span(node)), type_), type_, node)


def span(node: nodes.IntervalLiteral) -> int:
    """Months or milliseconds."""
    return -_span(node) if node.negative else _span(node)


def _span(node: nodes.IntervalLiteral) -> int:
    text = node.value.strip()
    sign = -1 if text.startswith("-") else 1
    text = text.lstrip("+-")
    if node.end is None and re.fullmatch(r"\d+(\.\d+)?", text):
        unit = MONTHS.get(node.start) or MILLIS[node.start]
        if "." not in text or node.start == "SECOND":
            return sign * int(Number(text) * unit)
    if node.end == "MONTH" and (found := re.fullmatch(r"(\d+)-(\d+)", text)):
        return sign * (int(found[1]) * 12 + int(found[2]))
    found = _DAY_TO_SECOND.fullmatch(text)
    if node.end in MILLIS and node.start in MILLIS and found and any(found.groups()):
        return sign * _day_to_second(node, found)
    raise QueryError("INVALID_LITERAL", f"'{node.value}' is not a valid INTERVAL literal", node.at)


def _day_to_second(node: nodes.IntervalLiteral, found: re.Match[str]) -> int:
    """'1 02:03:04.500' DAY TO SECOND, '02:03' HOUR TO MINUTE, '03:04' MINUTE TO SECOND."""
    days, first, second, third, fraction = found.groups()
    units = ["HOUR", "MINUTE", "SECOND"] if node.start != "MINUTE" else ["MINUTE", "SECOND", "SECOND"]
    total = int(days or 0) * MILLIS["DAY"]
    for unit, digits in zip(units, (first, second, third), strict=True):
        total += int(digits or 0) * MILLIS[unit]
    return total + int((fraction or "0").ljust(3, "0"))
