"""Rules of composite alarms: ALARM, OK and INSUFFICIENT_DATA of other alarms, AND, OR, NOT, TRUE, FALSE, parentheses.

LocalStack knows ALARM("arn") joined by OR and nothing else. The grammar is that of PutCompositeAlarm's AlarmRule.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

STATES: Final = ("ALARM", "OK", "INSUFFICIENT_DATA")
TOKEN: Final = re.compile(r"""\s*(?:(\(|\))|"([^"]*)"|'([^']*)'|([^\s()"']+))""")

StateOf = Callable[[str], str]
"""The state of an alarm by its name or ARN. Raises RuleError for one that is not there."""


class RuleError(ValueError):
    """A rule that cannot be read, or that names an alarm that is not there."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Reads its text with every look: rules are short and looks are rare."""

    text: str

    def holds(self, state_of: StateOf) -> bool:
        """Whether the composite alarm fires. Raises RuleError."""
        reader = _Reader(self.text, state_of)
        found = reader.any_of()
        reader.expect_end()
        return found

    def names(self) -> tuple[str, ...]:
        """The alarms that it is about. Raises RuleError."""
        seen: list[str] = []

        def note(name: str) -> str:
            seen.append(name)
            return ""

        self.holds(note)
        return tuple(dict.fromkeys(seen))


class _Reader:
    """Recursive descent. Nothing is skipped once the answer is known: what is wrong is always found."""

    def __init__(self, text: str, state_of: StateOf) -> None:
        self._text, self._state_of = text, state_of
        self._tokens: list[tuple[str, bool]] = []  # and whether it was quoted
        position = 0
        while position < len(text.rstrip()):
            match = TOKEN.match(text, position)
            if match is None:
                raise self._error(f"not understood from {text[position:]!r} on")
            mark, double, single, word = match.groups()
            name = double if double is not None else single
            self._tokens.append((mark or word, False) if name is None else (name, True))
            position = match.end()
        self._at = 0

    def any_of(self) -> bool:
        found = self._all_of()
        while self._take("OR"):
            found = self._all_of() or found
        return found

    def expect_end(self) -> None:
        if self._at < len(self._tokens):
            raise self._error(f"{self._tokens[self._at][0]!r} is one too many")

    def _all_of(self) -> bool:
        found = self._negated()
        while self._take("AND"):
            found = self._negated() and found
        return found

    def _negated(self) -> bool:
        return not self._negated() if self._take("NOT") else self._single()

    def _single(self) -> bool:
        if self._take("TRUE"):
            return True
        if self._take("FALSE"):
            return False
        for state in STATES:
            if self._take(state):
                self._need("(")
                name, _ = self._next("the name of an alarm")
                self._need(")")
                return self._state_of(name) == state
        self._need("(")
        found = self.any_of()
        self._need(")")
        return found

    def _take(self, word: str) -> bool:
        if self._at < len(self._tokens) and self._tokens[self._at] == (word, False):
            self._at += 1
            return True
        return False

    def _need(self, mark: str) -> None:
        token, _ = self._next(repr(mark))
        if token != mark:
            raise self._error(f"{token!r} where {mark!r} was expected")

    def _next(self, what: str) -> tuple[str, bool]:
        if self._at == len(self._tokens):
            raise self._error(f"it ends where {what} was expected")
        self._at += 1
        return self._tokens[self._at - 1]

    def _error(self, why: str) -> RuleError:
        return RuleError(f"AlarmRule {self._text!r}: {why}")
