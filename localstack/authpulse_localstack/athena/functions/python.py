"""Functions for which DuckDB has nothing that fits, in Python over Arrow columns: slower, so the few that need it.

NULL in any argument gives NULL; a ValueError becomes INVALID_FUNCTION_ARGUMENT.
"""

import hashlib
import json
import re
import zlib
from collections.abc import Callable
from inspect import Parameter, Signature
from typing import Any, Final, Self
from urllib.parse import parse_qsl, quote_plus, urlsplit

import pyarrow as pa

from authpulse_localstack.athena.functions.xxhash import xxhash64
from authpulse_localstack.athena.results.numbers import java_double, scientific

Argument = Any  # what a column of that DuckDB type has in Python

_ARROW: Final = {"VARCHAR": pa.string(), "BIGINT": pa.int64(), "BLOB": pa.binary(), "VARCHAR[]": pa.list_(pa.string())}


_DUCKDB_STEP: Final = re.compile(r'\."([^"]*)"|\[(-?\d+)\]')


class _Written(float):
    """A number of a JSON text that remembers how it was written."""

    text: str

    def __new__(cls, text: str) -> Self:
        number = super().__new__(cls, text)
        number.text = text
        return number


def json_number_at(document: str, path: str) -> str | None:
    """A number as it is written: json_extract_scalar gives 1.50 for 1.50. The path is DuckDB's, to a number."""
    value: Any = json.loads(document, parse_float=_Written)
    for key, place in _DUCKDB_STEP.findall(path):
        value = value[int(place) if place else key]
    return value.text if isinstance(value, _Written) else json.dumps(value)


def json_canonical(document: str) -> str:
    """json_parse: keys in order, no spaces, numbers as Java prints them."""
    return _canonical(json.loads(document))


def _canonical(value: object) -> str:
    if isinstance(value, dict):
        items = (f"{_text(k)}:{_canonical(v)}" for k, v in sorted(value.items()))
        return f"{{{','.join(items)}}}"
    if isinstance(value, list):
        return f"[{','.join(map(_canonical, value))}]"
    if isinstance(value, float):
        return java_double(value)
    return _text(value)


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def json_number(value: float) -> str:
    """CAST(double AS JSON)."""
    text = java_double(value)
    return f'"{text}"' if text[-1].isalpha() else text


def regexp_group(text: str, pattern: str, group: int) -> str | None:
    """A group of the first match; NULL without a match and for a group that takes no part in it."""
    found = _compiled(pattern, group).search(text)
    return found[group] if found else None


def regexp_groups(text: str, pattern: str, group: int) -> list[str | None]:
    return [found[group] for found in _compiled(pattern, group).finditer(text)]


def _compiled(pattern: str, group: int) -> re.Pattern[str]:
    """Java names a group (?<name>…), Python (?P<name>…); look-behind is the same in both."""
    try:
        compiled = re.compile(re.sub(r"\(\?<(?=[A-Za-z])", "(?P<", pattern))
    except re.PatternError as error:
        raise ValueError(f"Invalid regular expression {pattern}: {error}") from error
    if not 0 <= group <= compiled.groups:
        raise ValueError(f"Pattern has {compiled.groups} groups. Cannot access group {group}")
    return compiled


def from_base(text: str, radix: int) -> int:
    """`text` in that base, 2 to 36."""
    _check_radix(radix)
    return int(text, radix)


def to_base(value: int, radix: int) -> str:
    _check_radix(radix)
    digits, rest = "", abs(value)
    while rest:
        rest, digit = divmod(rest, radix)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return ("-" if value < 0 else "") + (digits or "0")


def _check_radix(radix: int) -> None:
    if not 2 <= radix <= 36:
        raise ValueError(f"Radix must be between 2 and 36: {radix}")


def url_part(name: str) -> Callable[[str], str | None]:
    def part(url: str) -> str | None:
        try:
            split = urlsplit(url)
        except ValueError:
            return None
        found = {
            "fragment": split.fragment,
            "host": split.hostname or "",
            "path": split.path,
            "protocol": split.scheme,
            "query": split.query,
        }
        return found[name]

    return part


def url_port(url: str) -> int | None:
    try:
        return urlsplit(url).port
    except ValueError:
        return None


def url_parameter(url: str, name: str) -> str | None:
    """The first of that name; a name without a value is an empty text."""
    try:
        pairs = parse_qsl(urlsplit(url).query, keep_blank_values=True)
    except ValueError:
        return None
    return next((value for key, value in pairs if key == name), None)


def url_encode(text: str) -> str:
    """As HTML forms do: spaces become +, and * - . _ stay."""
    return quote_plus(text, safe="*-._").replace("~", "%7E")


FUNCTIONS: Final[tuple[tuple[str, Callable[..., Any], tuple[str, ...], str], ...]] = (
    ("trino_crc32", zlib.crc32, ("BLOB",), "BIGINT"),
    ("trino_double_text", scientific, ("DOUBLE",), "VARCHAR"),
    ("trino_real_text", lambda v: scientific(v, single=True), ("FLOAT",), "VARCHAR"),
    ("trino_from_base", from_base, ("VARCHAR", "BIGINT"), "BIGINT"),
    ("trino_to_base", to_base, ("BIGINT", "BIGINT"), "VARCHAR"),
    ("trino_json_canonical", json_canonical, ("VARCHAR",), "VARCHAR"),
    ("trino_json_number", json_number, ("DOUBLE",), "VARCHAR"),
    ("trino_json_number_at", json_number_at, ("VARCHAR", "VARCHAR"), "VARCHAR"),
    ("trino_regexp_group", regexp_group, ("VARCHAR", "VARCHAR", "BIGINT"), "VARCHAR"),
    ("trino_regexp_groups", regexp_groups, ("VARCHAR", "VARCHAR", "BIGINT"), "VARCHAR[]"),
    ("trino_sha512", lambda b: hashlib.sha512(b).digest(), ("BLOB",), "BLOB"),
    ("trino_url_encode", url_encode, ("VARCHAR",), "VARCHAR"),
    ("trino_url_parameter", url_parameter, ("VARCHAR", "VARCHAR"), "VARCHAR"),
    ("trino_url_port", url_port, ("VARCHAR",), "BIGINT"),
    ("trino_xxhash64", xxhash64, ("BLOB",), "BLOB"),
    *(
        (f"trino_url_{name}", url_part(name), ("VARCHAR",), "VARCHAR")
        for name in ("fragment", "host", "path", "protocol", "query")
    ),
)


def over_arrow(function: Callable[..., Any], parameters: tuple[str, ...], result: str) -> Callable[..., pa.Array]:
    """The function over columns, value by value."""

    def apply(*columns: pa.ChunkedArray) -> pa.Array:
        rows = zip(*(column.to_pylist() for column in columns), strict=True)
        return pa.array([None if None in row else function(*row) for row in rows], _ARROW[result])

    # DuckDB counts the parameters that a function declares
    declared = [Parameter(f"p{n}", Parameter.POSITIONAL_ONLY) for n, _ in enumerate(parameters)]
    apply.__signature__ = Signature(declared)  # type: ignore[attr-defined] # a function may have one
    return apply
