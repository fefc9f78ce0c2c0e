"""Durations as people write them: 30s, 5m, 24h, 7d."""

import re
from datetime import timedelta
from typing import Final

_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_DURATION: Final = re.compile(r"(\d{1,6})([smhd])")


def parse_duration(text: str) -> timedelta:
    """Raises ValueError for what is no duration."""
    found = _DURATION.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text!r} is not a duration, as in 30s, 5m, 24h or 7d")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def spell_duration(duration: timedelta) -> str:
    """The shortest spelling with one unit."""
    seconds = int(duration.total_seconds())
    for letter, size in (("d", 86_400), ("h", 3600), ("m", 60)):
        if seconds and seconds % size == 0:
            return f"{seconds // size}{letter}"
    return f"{seconds}s"
