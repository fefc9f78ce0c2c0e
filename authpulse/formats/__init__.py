"""The log formats: which there are, which one a file is in, and a reader for each.

    lanl-auth          time,user,computer      LANL, User-Computer Authentication Associations in Time
    lanl-cyber1        9 columns of auth.txt   LANL, Comprehensive, Multi-Source Cyber-Security Events
    windows-security   JSON lines              NXLog, Logstash, winlogbeat; LANL, Unified Host and Network Data Set

Standard library only: the Flink job reads logs too.
"""

from itertools import islice
from typing import Final, Literal

from authpulse.errors import InputError
from authpulse.formats.lanl import LanlAuth, LanlCyber1
from authpulse.formats.lines import Log, dataset_of, open_blocks, open_lines
from authpulse.formats.outcomes import Event, Ignored, Outcome, Reader, Rejected
from authpulse.formats.windows import WindowsSecurity

__all__ = [
    "NAMES",
    "Event",
    "Ignored",
    "Log",
    "Name",
    "Outcome",
    "Reader",
    "Rejected",
    "choose",
    "dataset_of",
    "detect",
    "open_blocks",
    "open_lines",
    "reader",
]

_FORMATS: Final = (LanlAuth, LanlCyber1, WindowsSecurity)
Name = Literal["lanl-auth", "lanl-cyber1", "windows-security"]
"""The same by name, for those who check types or make a schema of them."""

_BY_NAME: Final = {f.name: f for f in _FORMATS}
LINES_LOOKED_AT: Final = 100
SHOWN_CHARACTERS: Final = 60
MAX_DATASET_CHARACTERS: Final = 200

NAMES: Final = tuple(_BY_NAME)


def reader(name: str, dataset: str) -> Reader:
    """A reader of the format `name`, for one log. `dataset` opens each event's `source`, as in `dataset:17`.

    Raises InputError for a format that there is not, and for a name that cannot be in an event.
    """
    if name not in _BY_NAME:
        raise InputError(f"no format is named {name!r}; there are {', '.join(NAMES)}")
    if not dataset or len(dataset) > MAX_DATASET_CHARACTERS or any("\ud800" <= c <= "\udfff" for c in dataset):
        raise InputError(
            f"data set {dataset[:SHOWN_CHARACTERS]!a}: wanted 1 to {MAX_DATASET_CHARACTERS} characters of UTF-8; "
            "give it another name with --dataset"
        )
    return _BY_NAME[name](dataset)


def choose(path: Log, name: str | None) -> str:
    """The format to read a file in: the one that was named, else the detected one.

    Raises InputError where `detect` does, and for a name when the file's first lines are all in another format: read
    so, the whole log would end in quarantine.
    """
    if name is None:
        return detect(path)
    known = _known(_first_lines(path))
    other = max(known, key=lambda n: known[n])
    if name in known and not known[name] and known[other]:
        raise InputError(f"{path}: is not {name}: its first lines are {other}; say --format {other}, or leave it out")
    return name


def detect(path: Log) -> str:
    """The format that most of a file's first lines are in.

    Raises InputError for a file that cannot be read, that is empty, or whose lines no format knows.
    """
    lines = _first_lines(path)
    if not lines:
        raise InputError(f"{path}: is empty, so its format cannot be told")
    known = _known(lines)
    best = max(known, key=lambda n: known[n])
    if not known[best]:
        shown = lines[0] if len(lines[0]) <= SHOWN_CHARACTERS else lines[0][:SHOWN_CHARACTERS] + "…"
        forms = ", ".join(f"{f.name} ({f.form})" for f in _FORMATS)
        raise InputError(f"{path}: begins with {shown!r}, which no format knows; there are {forms}")
    return best


def _first_lines(path: Log) -> list[str]:
    return [line for _, line in islice(open_lines(path), LINES_LOOKED_AT) if line and not line.isspace()]


def _known(lines: list[str]) -> dict[str, int]:
    """How many of the lines each format knows."""
    return {f.name: sum(f.knows(line) for line in lines) for f in _FORMATS}
