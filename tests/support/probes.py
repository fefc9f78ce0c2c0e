"""Values at and beyond every bound of a schema, each in the smallest spec that can hold it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from authpulse_operator.api.schema import Schema

TEXTS = (
    *(
        "",
        "a",
        "A",
        "a b",
        " a",
        "a\n",
        "é",
        "0",
        "a-",
        "-a",
        "a.b",
        "dev",
        "Dev1",
        "1dev",
        "x.zip",
        "/x.zip",
        "x.zip\n",
    ),
    *("us-east-1", "us-east-10", "us-gov-west-1", "123456789012", "1234567890123", "١٢٣٤٥٦٧٨٩٠١٢"),
    *("http://a", "https://", "ftp://a", "/data", "/", "00:00", "23:59", "24:00", "9:00", "09:60"),
    *("arn:aws:iam::123456789012:role/a", "arn:aws-cn:iam::123456789012:role/a/b", "arn:aws:iam::1:role/a"),
    *("* * * * *", "*/5 0-6,18 ? JAN MON-FRI", "* * * *", "* * * * * *", "*  * * * *", "@hourly", "* * * * \u00a0"),
)


@dataclass(frozen=True)
class Probe:
    """A spec with one value to be judged."""

    value: Any
    spec: dict[str, Any]
    is_beyond: bool
    """Outside of a bound, or of another type: refused whatever else there is."""


def fields(schema: Schema, path: str = "") -> Iterator[tuple[str, Schema]]:
    """Every field by its path, `[]` marking a list's element."""
    for name, field in schema.get("properties", {}).items():
        where = f"{path}.{name}".removeprefix(".")
        yield where, field
        yield from fields(field, where)
        yield from fields(field.get("items", {}), f"{where}[]")


def probes(schema: Schema, path: str) -> Iterator[Probe]:
    """What is worth trying at a path."""
    field = dict(fields(schema))[path]
    for value, is_beyond in _values(field):
        yield Probe(value, _holding(schema, path.split("."), value), is_beyond)


def _values(field: Schema) -> Iterator[tuple[Any, bool]]:
    kind = field["type"]
    if "enum" in field:
        yield from ((word, False) for word in field["enum"])
        yield from (("Other", True), ("", True), (3, True))
    elif kind in ("integer", "number"):
        yield from _numbers(field)
    elif kind == "boolean":
        yield from ((True, False), (False, False), ("maybe", True), ([], True))
    elif kind == "string":
        yield from ((text, False) for text in TEXTS)
        yield from (("é" * n, is_beyond) for n, is_beyond in _sizes(field, "Length"))
        yield from ((3, True), ([], True))
    elif kind == "array":
        yield from (
            ([_least(field["items"], n) for n in range(size)], beyond) for size, beyond in _sizes(field, "Items")
        )
        yield from (("a", True), ({}, True), ([[]], True))
    else:
        yield from (({f"k{n}": {} for n in range(s)}, beyond) for s, beyond in _sizes(field, "Properties"))
        yield from ((3, True), ("a", True), ([], True))


def _numbers(field: Schema) -> Iterator[tuple[Any, bool]]:
    low, high = field.get("minimum"), field.get("maximum")
    yield from (("some", True), ([], True))
    if field["type"] == "integer":
        yield (low or 0) + 0.5, True
    if low is not None:
        yield from ((low, bool(field.get("exclusiveMinimum"))), (low - 1, True), (low + 1, False))
    if high is not None:
        yield from ((high, False), (high + 1, True))


def _sizes(field: Schema, of: str) -> Iterator[tuple[int, bool]]:
    if (low := field.get(f"min{of}", 0)) > 0:
        yield from ((low, False), (low - 1, True))
    if (high := field.get(f"max{of}")) is not None:
        yield from ((high, False), (high + 1, True))


def _holding(schema: Schema, steps: list[str], value: Any) -> dict[str, Any]:
    """The smallest object of a schema that has the value at the end of a path."""
    whole = _least(schema)
    name, is_list = steps[0].removesuffix("[]"), steps[0].endswith("[]")
    field = schema["properties"][name]
    below = _holding(field["items"] if is_list else field, steps[1:], value) if steps[1:] else value
    whole[name] = [below] if is_list else below
    return whole


def _least(schema: Schema, number: int = 0) -> Any:
    """The smallest value that a schema accepts; another for another number, where it can."""
    if "enum" in schema:
        return schema["enum"][0]
    match schema["type"]:
        case "object":
            required = schema.get("required", ())
            return {name: _least(schema["properties"][name], number) for name in required}
        case "array":
            return [_least(schema["items"], n) for n in range(schema.get("minItems", 0))]
        case "string":
            texts = (f"a{number}", *TEXTS)
            return next(t for t in texts if re.search(schema.get("pattern", ""), t, re.ASCII))
    return schema.get("minimum", 0) + 10
