"""LANL's red-team labels: the logons of a real intrusion, to be placed into a synthetic log.

Lines are `time,user@domain,source computer,destination computer`. All that were found in LANL's auth.txt are successful
NTLM network logons, and so they are written. Duplicates stay as they are in the file.
"""

from dataclasses import dataclass
from pathlib import Path

from authpulse.errors import InputError
from authpulse.formats import open_lines
from authpulse.synthetic.logons import Logon
from authpulse.synthetic.planting import Planted

ATTACK = "redteam"


@dataclass(frozen=True, slots=True)
class RedTeam:
    """The labelled logons in the file's order, and who and what has to be in the network for them."""

    planted: tuple[Planted, ...]
    people: tuple[str, ...]
    hosts: tuple[str, ...]


def read_redteam(path: Path) -> RedTeam:
    """Raises InputError for a file that cannot be read or a line that is no label."""
    planted = [_label(path, number, line) for number, line in open_lines(path) if line.strip()]
    if not planted:
        raise InputError(f"{path}: has no labels; lines are time,user@domain,source computer,destination computer")
    people = dict.fromkeys(p.logon.account for p in planted)
    hosts = dict.fromkeys(host for p in planted for host in (p.logon.source, p.logon.target))
    return RedTeam(tuple(planted), tuple(people), tuple(hosts))


def _label(path: Path, number: int, line: str) -> Planted:
    fields = line.strip().split(",")
    if len(fields) != 4 or not fields[0].isdecimal() or not all(fields) or "@" not in fields[1]:
        wanted = "time,user@domain,source computer,destination computer"
        raise InputError(f"{path}:{number}: {line[:60]!r} is no label; a line is {wanted}")
    second, user, source, target = fields
    return Planted(int(second), Logon(user, user, source, target, "NTLM"), ATTACK, ())
