"""What differs between two specs, or two sets of settings, in words short enough to read. Never a secret.

Property groups of a person's own may hold anything, so their values are not shown; neither is what stands before the @
of an address.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

from authpulse_operator.api.changes import Change, fields_with_changes
from authpulse_operator.api.flink_spec import OUR_GROUPS
from authpulse_operator.api.spec import Spec
from authpulse_operator.core.settings import SET_ONCE, Settings

LONGEST: Final = 72
HIDDEN: Final = "(not shown)"
SECRET_FIELDS: Final = frozenset({"flink.properties"})
KEYS_OF_LISTS: Final = ("name", "id")


@dataclass(frozen=True, slots=True)
class Changed:
    """One value that differs; None where there is none."""

    name: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class FieldChanged:
    """A field of the spec, and what changing it means."""

    changed: Changed
    change: Change


def changed_settings(before: Settings, after: Settings) -> tuple[Changed, ...]:
    """What an update would change, property groups as group.key; of a rule only what is different in it."""
    found: list[Changed] = []
    for name in (f.name for f in fields(before) if f.name not in ("property_groups", *SET_ONCE)):
        found += _differences(name, getattr(before, name), getattr(after, name))
    groups = before.property_groups, after.property_groups
    for group in sorted(groups[0].keys() | groups[1].keys()):
        old, new = (g.get(group, {}) for g in groups)
        is_ours = group.startswith(OUR_GROUPS)
        for key in sorted(old.keys() | new.keys()):
            values = (_parsed(old.get(key)), _parsed(new.get(key)))
            found += _differences(f"{group}.{key}", *values, is_secret=not is_ours)
    return tuple(found)


def changed_fields(before: Spec, after: Spec) -> tuple[FieldChanged, ...]:
    """Fields of the spec by path; of lists of what has a name, the fields of each."""
    documents = [spec.model_dump(mode="json", by_alias=True) for spec in (before, after)]
    found = []
    for path, change in fields_with_changes(Spec):
        if change is None:
            continue
        values = (_at(document, path) for document in documents)
        differing = _differences(f"spec.{path}", *values, is_secret=path in SECRET_FIELDS)
        found += [FieldChanged(changed, change) for changed in differing]
    return tuple(found)


def _at(document: Any, path: str) -> Any:
    for name in path.split("."):
        document = document.get(name) if isinstance(document, Mapping) else None
    return document


def _differences(name: str, before: Any, after: Any, *, is_secret: bool = False) -> Iterator[Changed]:
    if before == after:
        return
    parts = _keyed(before), _keyed(after)
    if all(part is not None for part in parts) and any(parts):
        old, new = (part or {} for part in parts)
        for key in dict.fromkeys([*old, *new]):
            yield from _differences(f"{name}{key}", old.get(key), new.get(key), is_secret=is_secret)
        return
    yield Changed(name, _shown(before, is_secret=is_secret), _shown(after, is_secret=is_secret))


def _keyed(value: Any) -> dict[str, Any] | None:
    """Mappings, and lists of what has a name, by the next part of the path; None for what has no parts."""
    if isinstance(value, Mapping):
        return {f".{k}": v for k, v in value.items()}
    if not isinstance(value, list | tuple) or not all(isinstance(v, Mapping) for v in value):
        return None
    key = next((k for k in KEYS_OF_LISTS if all(k in v for v in value)), None)
    return None if key is None else {f"[{v[key]}]": v for v in value}


def _parsed(value: str | None) -> Any:
    """A rule is a JSON object in a property."""
    if value is None or not value.startswith("{"):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _shown(value: Any, *, is_secret: bool) -> str | None:
    if value is None:
        return None
    if is_secret:
        return HIDDEN
    text = value if isinstance(value, str) else json.dumps(value, separators=(",", ":"), default=str)
    text = re.sub(r"//[^/@\s]*@", "//…@", " ".join(text.split()))
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
