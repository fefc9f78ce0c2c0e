"""A record of the stream to its elements: where they begin and end, and what becomes of a record that is not JSON.

A record is one element or an array of them, in UTF-8; what is not is replaced by U+FFFD. Of a key that is there twice
the last one counts. Where a record stops being JSON, the elements before stay as they are, and all the rest of it is
one more element, `events.NOT_JSON`, so that nothing is dropped silently. An empty record is such a rest, too.

The engine's codec does the same; `flink_job/engine/src/test/resources/records.json` holds both to it.
"""

import json
from collections.abc import Iterator
from typing import Any, Final

from authpulse import events

_SPACE: Final = " \t\n\r"
_ENDS_ALONE: Final = (*_SPACE, "")
_ENDS: Final = (*_ENDS_ALONE, ",", "]")


def elements(record: bytes) -> Iterator[tuple[Any, str]]:
    """Every element as JSON gives it, with its text as it came. Numbers are 0: no field is one."""
    text = record.decode("utf-8", "replace")
    complete = 0  # where the last whole element ends
    try:
        at = _skip_space(text, 0)
        is_array = text[at : at + 1] == "["
        at = _skip_space(text, at + 1) if is_array else at
        more = not is_array or text[at : at + 1] != "]"
        while more:
            element, complete = _element(text, at, ends=_ENDS if is_array else _ENDS_ALONE)
            yield element, text[at:complete]
            at = _skip_space(text, complete)
            more = is_array and text[at : at + 1] == ","
            at = _skip_space(text, at + 1) if more else at
        _require_end(text, at, is_array=is_array)
    except (ValueError, RecursionError):
        yield events.NOT_JSON, text[complete:]


def _element(text: str, at: int, *, ends: tuple[str, ...]) -> tuple[Any, int]:
    """The element that begins at `at` and where it ends. Raises ValueError for what is none."""
    element, end = _DECODER.raw_decode(text, at)
    if not isinstance(element, dict | list) and text[end : end + 1] not in ends:
        raise ValueError  # as in 1x, which is not a number and something more
    return element, end


def _require_end(text: str, at: int, *, is_array: bool) -> None:
    if is_array:
        if text[at : at + 1] != "]":
            raise ValueError
        at = _skip_space(text, at + 1)
    if at != len(text):
        raise ValueError


def _skip_space(text: str, at: int) -> int:
    while at < len(text) and text[at] in _SPACE:
        at += 1
    return at


def _refuse(name: str) -> Any:
    """NaN and the infinities, which Python reads and JSON does not have."""
    raise ValueError(name)


def _zero(_: str) -> int:
    return 0


_DECODER: Final = json.JSONDecoder(parse_int=_zero, parse_float=_zero, parse_constant=_refuse)
