"""Property groups: the job's whole configuration, as the service hands it over in one JSON file.

    [{"PropertyGroupId": "authpulse.job", "PropertyMap": {"database": "authpulse_dev"}}, …]

docs/architecture.md lists groups and keys. What the engine reads it checks itself; here is checked what Python reads
and that every group is there. Standard library only.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from authpulse.errors import InputError

SERVICE_FILE: Final = Path("/etc/flink/application_properties.json")
FILE_VARIABLE: Final = "APPLICATION_PROPERTIES_FILE"

JOB, SOURCE, LAKE, RULES = "authpulse.job", "authpulse.source", "authpulse.lake", "authpulse.rules"
REQUIRED: Final[Mapping[str, tuple[str, ...]]] = {
    JOB: ("database",),
    SOURCE: (),
    LAKE: ("warehouse", "client.region"),
    RULES: ("order",),
}

Groups = Mapping[str, Mapping[str, str]]


class PropertyError(InputError):
    """The property groups cannot be used; the message names group and key."""


def find(argument: Path | None = None) -> Path:
    """The file: named by an argument, else by the environment, else where the service puts it."""
    named = os.environ.get(FILE_VARIABLE)
    return argument or (Path(named) if named else SERVICE_FILE)


def read(path: Path) -> Groups:
    """The groups in a file.

    Raises PropertyError, one line, for a file that cannot be read, a missing group or a missing key.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise PropertyError(
            f"{path}: cannot be read: {error.strerror}; name the property groups' file by --properties"
        ) from error
    except ValueError as error:
        raise PropertyError(f"{path}: not JSON: {error}") from error
    groups = dict(_group(path, entry) for entry in document) if isinstance(document, list) else None
    if groups is None:
        raise PropertyError(f'{path}: wanted a list of {{"PropertyGroupId": …, "PropertyMap": {{…}}}}')
    check(groups, str(path))
    return groups


def check(groups: Groups, where: str) -> None:
    """Raises PropertyError for the first group or key that is missing."""
    for name, keys in REQUIRED.items():
        if name not in groups:
            there = ", ".join(sorted(groups)) or "none"
            raise PropertyError(f"{where}: property group {name} is missing; there are: {there}")
        for key in keys:
            if not groups[name].get(key):
                raise PropertyError(f"{where}: property group {name}: {key} is missing")


def _group(path: Path, entry: Any) -> tuple[str, Mapping[str, str]]:
    if not isinstance(entry, dict) or not isinstance(entry.get("PropertyMap"), dict):
        raise PropertyError(f'{path}: wanted {{"PropertyGroupId": …, "PropertyMap": {{…}}}}, not {str(entry)[:60]}')
    return str(entry.get("PropertyGroupId")), entry["PropertyMap"]
