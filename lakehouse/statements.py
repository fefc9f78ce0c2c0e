"""SQL files with parameters that are good SQL as they stand: paste one into Athena's console and it runs.

A parameter is a literal with its name in a comment behind it, and the literal is the default:

    WHERE event_time >= TIMESTAMP '1970-01-01 00:00:00' /* since */
    LIMIT 10 /* limit */

A value has to be of the literal's kind: a whole number, a timestamp, a date or a text.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final, Literal, Self

from authpulse.errors import InputError

type Value = str | int | date | datetime
Kind = Literal["number", "timestamp", "date", "text"]

_PARAMETER: Final = re.compile(
    r"(?:(?P<type>TIMESTAMP|DATE) )?(?P<literal>'(?:[^']|'')*'|\d+) /\* (?P<name>\w+) \*/", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a statement lets its reader choose."""

    name: str
    kind: Kind
    default: str
    """As it stands in the file, without quotes."""


@dataclass(frozen=True, slots=True)
class Statement:
    """The text of a file."""

    name: str
    text: str

    @classmethod
    def read(cls, path: Path) -> Self:
        return cls(path.stem, path.read_text(encoding="utf-8"))

    @property
    def question(self) -> str:
        """The comment that it opens with, in one line."""
        lines = []
        for line in self.text.splitlines():
            if not line.startswith("--"):
                break
            lines.append(line.removeprefix("--").strip())
        return " ".join(lines)

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """Each once, in the order of the text."""
        found: dict[str, Parameter] = {}
        for match in _PARAMETER.finditer(self.text):
            found.setdefault(match["name"], Parameter(match["name"], _kind(match), match["literal"].strip("'")))
        return tuple(found.values())

    def fill(self, values: Mapping[str, Value]) -> str:
        """The SQL with these values in place of the defaults.

        Raises InputError for a parameter that there is not, and for a value that is not of its kind.
        """
        known = {p.name for p in self.parameters}
        for name in values:
            if name not in known:
                there = f"it has {', '.join(sorted(known))}" if known else "it has none"
                raise InputError(f"{self.name}: no parameter {name!r}; {there}")

        def replace(match: re.Match[str]) -> str:
            name = match["name"]
            if name not in values:
                return match[0]
            type_ = f"{match['type']} " if match["type"] else ""
            return f"{type_}{_literal(f'{self.name}: {name}', _kind(match), values[name])} /* {name} */"

        return _PARAMETER.sub(replace, self.text)


def _kind(match: re.Match[str]) -> Kind:
    if match["type"]:
        return "timestamp" if match["type"].upper() == "TIMESTAMP" else "date"
    return "text" if match["literal"].startswith("'") else "number"


def _literal(where: str, kind: Kind, value: Value) -> str:
    text = str(value)
    match kind:
        case "number":
            if not (text.isascii() and text.isdigit()):
                raise InputError(f"{where}: {text!r} is not a whole number")
            return str(int(text))
        case "timestamp":
            return f"'{_moment(where, text):%Y-%m-%d %H:%M:%S.%f}'"
        case "date":
            moment = _moment(where, text)
            if moment != moment.replace(hour=0, minute=0, second=0, microsecond=0):
                raise InputError(f"{where}: {text!r} is not a day, as in 2026-03-01")
            return f"'{moment:%Y-%m-%d}'"
        case "text":
            return "'" + text.replace("'", "''") + "'"


def _moment(where: str, text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"{where}: {text!r} is not a time, as in 2026-03-01 or 2026-03-01T12:30:00") from error
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
