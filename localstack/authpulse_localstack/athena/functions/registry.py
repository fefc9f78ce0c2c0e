"""Where functions are entered and found.

A text of a function is a template: {0} is the first argument, already of the type the signature wants, {*} all of them,
{T} the DuckDB type of a type variable. In aggregates, `name[…]` stands for a call of an aggregate with its DISTINCT,
ORDER BY, FILTER and OVER.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from authpulse_localstack.athena.functions.signatures import Signature, parse
from authpulse_localstack.athena.sql.lexer import Position
from authpulse_localstack.athena.translate.context import Context
from authpulse_localstack.athena.translate.typed import Typed


@dataclass(frozen=True, slots=True)
class Invocation:
    """A call of a function that is built by code: arguments as they were written, typed but not coerced."""

    name: str
    arguments: Sequence[Typed]
    at: Position
    context: Context


Builder = Callable[[Invocation], Typed]


@dataclass(frozen=True, slots=True)
class Implementation:
    """One signature and its text."""

    signature: Signature
    text: str


SCALARS: Final[dict[str, list[Implementation]]] = {}
BUILDERS: Final[dict[str, tuple[range, Builder]]] = {}
AGGREGATES: Final[dict[str, list[Implementation]]] = {}
WINDOWS: Final[dict[str, list[Implementation]]] = {}


def scalar(signature: str, text: str) -> None:
    """A function whose meaning is one template."""
    parsed = parse(signature)
    SCALARS.setdefault(parsed.name, []).append(Implementation(parsed, text))


def aggregate(signature: str, text: str) -> None:
    parsed = parse(signature)
    AGGREGATES.setdefault(parsed.name, []).append(Implementation(parsed, text))


def window(signature: str, text: str) -> None:
    """A function that only works with OVER."""
    parsed = parse(signature)
    WINDOWS.setdefault(parsed.name, []).append(Implementation(parsed, text))


def builder(*names: str, arguments: range | int) -> Callable[[Builder], Builder]:
    """A function whose text depends on more than the types of its arguments: a unit, a format, a zone."""
    counts = arguments if isinstance(arguments, range) else range(arguments, arguments + 1)

    def enter(build: Builder) -> Builder:
        for name in names:
            BUILDERS[name] = (counts, build)
        return build

    return enter


_AGGREGATE_CALL: Final = re.compile(r"(\w+)\[([^\]]*)\]")
_AROUND: Final = re.compile("\1([dnos])")  # a character that no SQL text has


@dataclass(frozen=True, slots=True)
class Modifiers:
    """What surrounds the arguments of an aggregate or window function."""

    distinct: str = ""
    order_by: str = ""
    ignore_nulls: str = ""
    suffix: str = ""

    def write(self, template: str, fill: Callable[[str], str]) -> str:
        """Writes `name[args]` out and fills the arguments in. Brackets and braces that are theirs, or those of what
        goes around them, mean nothing here."""
        filled = fill(_AGGREGATE_CALL.sub("\\1(\1d\\2\1n\1o)\1s", template))
        around = {"d": self.distinct, "n": self.ignore_nulls, "o": self.order_by, "s": self.suffix}
        return _AROUND.sub(lambda m: around[m[1]], filled)


_loaded: list[bool] = []


def load() -> None:
    """Enters all functions, once."""
    if _loaded:
        return
    _loaded.append(True)
    from authpulse_localstack.athena.functions import (  # noqa: F401 - importing enters them
        aggregates,
        arrays,
        binary,
        dates,
        formats,
        jsons,
        maps,
        math,
        regexps,
        strings,
        urls,
        windows,
    )
