"""Signatures as Trino writes them, `contains(array(T), T) -> boolean`, and whether arguments fit them.

One capital letter is a type variable: T for any type, N for a number. `decimal`, `timestamp` and `zoned` stand for that
type with any precision, which is kept; `decimal_sum` is a decimal of 38 digits with that scale. `function(T, U)` is a
lambda from T to U. A last parameter with … repeats.
"""

import re
from dataclasses import dataclass, field
from typing import Final

from authpulse_localstack.athena.translate.coercion import can_coerce, common_type
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
    REAL,
    UNKNOWN,
    UUID,
    VARBINARY,
    VARCHAR,
    Array,
    Decimal,
    Map,
    Row,
    RowField,
    Time,
    Timestamp,
    Type,
    Varchar,
    ZonedTimestamp,
    is_numeric,
)

Bindings = dict[str, Type]
_CONCRETE: Final[dict[str, Type]] = {
    "bigint": BIGINT,
    "boolean": BOOLEAN,
    "date": DATE,
    "double": DOUBLE,
    "integer": INTEGER,
    "interval_day": INTERVAL_DAY,
    "interval_month": INTERVAL_MONTH,
    "json": JSON,
    "real": REAL,
    "unknown": UNKNOWN,
    "uuid": UUID,
    "varbinary": VARBINARY,
    "varchar": VARCHAR,
}
_ANY_PRECISION: Final = {"decimal": Decimal, "timestamp": Timestamp, "zoned": ZonedTimestamp, "time": Time}
_TOKEN: Final = re.compile(r"\w+|[(),]|…|->")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A type in a signature, with parts for array, map, row and function."""

    name: str
    parts: tuple["Pattern", ...] = ()

    @property
    def is_variable(self) -> bool:
        return len(self.name) == 1

    @property
    def is_lambda(self) -> bool:
        return self.name == "function"

    def __str__(self) -> str:
        return f"{self.name}({', '.join(map(str, self.parts))})" if self.parts else self.name


@dataclass(frozen=True, slots=True)
class Signature:
    name: str
    parameters: tuple[Pattern, ...]
    result: Pattern
    variadic: bool = False

    def __str__(self) -> str:
        return f"{self.name}({', '.join(map(str, self.parameters))})"

    def takes(self, count: int) -> bool:
        return count >= len(self.parameters) - 1 if self.variadic else count == len(self.parameters)

    def parameter(self, index: int) -> Pattern:
        return self.parameters[min(index, len(self.parameters) - 1)]


def parse(text: str) -> Signature:
    """`name(pattern, …) -> pattern`."""
    reader = _Reader(_TOKEN.findall(text))
    name = reader.take()
    reader.take()
    parameters: list[Pattern] = []
    variadic = False
    while reader.peek() != ")":
        if reader.peek() == "…":
            reader.take()
            variadic = True
            break
        parameters.append(reader.pattern())
        if reader.peek() == ",":
            reader.take()
    reader.take()
    reader.take()
    return Signature(name, tuple(parameters), reader.pattern(), variadic)


@dataclass(slots=True)
class _Reader:
    tokens: list[str]
    index: int = 0

    def peek(self) -> str:
        return self.tokens[self.index]

    def take(self) -> str:
        self.index += 1
        return self.tokens[self.index - 1]

    def pattern(self) -> Pattern:
        name = self.take()
        parts = []
        if self.index < len(self.tokens) and self.peek() == "(":
            self.take()
            while self.peek() != ")":
                parts.append(self.pattern())
                if self.peek() == ",":
                    self.take()
            self.take()
        return Pattern(name, tuple(parts))


@dataclass(slots=True)
class Match:
    """How arguments fit a signature. `coerced` counts those that had to become another type: fewer is better."""

    bindings: Bindings = field(default_factory=dict)
    coerced: int = 0

    def resolve(self, pattern: Pattern) -> Type | None:
        """The type that a pattern has come to stand for; None while a variable is free."""
        if pattern.is_variable:
            return self.bindings.get(pattern.name)
        if pattern.name in _CONCRETE:
            return _CONCRETE[pattern.name]
        if pattern.name in _ANY_PRECISION:
            return self.bindings.get(pattern.name)
        if pattern.name == "decimal_sum":
            summed = self.bindings.get("decimal")
            return Decimal(MAX_DECIMAL, summed.scale) if isinstance(summed, Decimal) else None
        parts = [self.resolve(p) for p in pattern.parts]
        known = [p for p in parts if p is not None]
        if len(known) != len(parts):
            return None
        match pattern.name:
            case "array":
                return Array(known[0])
            case "map":
                return Map(known[0], known[1])
            case "row":
                return Row(tuple(RowField(None, t) for t in known))
            case _:
                return None

    def bind(self, pattern: Pattern, actual: Type) -> bool:
        """Learns from one argument what the variables stand for."""
        if pattern.is_variable:
            return self._bind_variable(pattern.name, actual)
        if pattern.name in _ANY_PRECISION:
            return self._bind_precision(pattern.name, actual)
        if pattern.name in _CONCRETE:
            return can_coerce(actual, _CONCRETE[pattern.name])
        if actual == UNKNOWN:
            return all(self.bind(part, UNKNOWN) for part in pattern.parts)
        match pattern.name, actual:
            case "array", Array():
                return self.bind(pattern.parts[0], actual.element)
            case "map", Map():
                return self.bind(pattern.parts[0], actual.key) and self.bind(pattern.parts[1], actual.value)
            case "row", Row() if len(actual.fields) == len(pattern.parts):
                return all(self.bind(p, f.type) for p, f in zip(pattern.parts, actual.fields, strict=True))
            case _:
                return False

    def _bind_variable(self, name: str, actual: Type) -> bool:
        if name == "N" and not (is_numeric(actual) or actual == UNKNOWN):
            return False
        known = self.bindings.get(name)
        common = actual if known is None else common_type(known, actual)
        if common is None:
            return False
        self.bindings[name] = common
        return True

    def _bind_precision(self, name: str, actual: Type) -> bool:
        if not isinstance(actual, _ANY_PRECISION[name]):
            return False
        known = self.bindings.get(name)
        common = actual if known is None else common_type(known, actual)
        if common is None:
            return False
        self.bindings[name] = common
        return True


def match_values(signature: Signature, types: list[Type | None]) -> Match | None:
    """Fits the arguments that are no lambdas (those are None); None if they do not fit."""
    if not signature.takes(len(types)):
        return None
    found = Match()
    for n, actual in enumerate(types):
        pattern = signature.parameter(n)
        if pattern.is_lambda != (actual is None):
            return None
        if actual is not None and not found.bind(pattern, actual):
            return None
    for n, actual in enumerate(types):
        if actual is None:
            continue
        wanted = found.resolve(signature.parameter(n))
        if wanted is None or not can_coerce(actual, wanted):
            return None
        found.coerced += not _same(actual, wanted)
    return found


def _same(actual: Type, wanted: Type) -> bool:
    return actual == wanted or (isinstance(actual, Varchar) and isinstance(wanted, Varchar))
