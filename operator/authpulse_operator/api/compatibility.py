"""What a CustomResourceDefinition takes away from the one before it: manifests refused that were accepted, words lost.

A definition may accept more and say more. Everything else is named here, also what cannot be judged (another pattern, a
new rule): a person then makes it harmless, or makes a new version of the API.
"""

import operator
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from authpulse_operator.api.schema import Schema

_LOWER: Final = ("minimum", "minLength", "minItems", "minProperties")
_UPPER: Final = ("maximum", "maxLength", "maxItems", "maxProperties")
_EXACT: Final = ("type", "pattern", "format", "x-kubernetes-list-type", "x-kubernetes-list-map-keys")
_UNREAD: Final = re.compile(r"^!has\(self\.(\w+)\) \|\| ")
"""The beginning of a rule that holds for whoever does not use a field."""


def taken_away(previous: Mapping[str, Any], current: Mapping[str, Any]) -> list[str]:
    """One line for each thing that was possible with the previous definition and is not with the current one."""
    old, new = previous["spec"], current["spec"]
    lines = [f"{key} was {old[key]!r}, is {new[key]!r}" for key in ("group", "scope") if old[key] != new[key]]
    lines += _names(old["names"], new["names"])
    versions = {v["name"]: v for v in new["versions"] if v["served"]}
    for version in old["versions"]:
        name = version["name"]
        if not version["served"]:
            continue
        if name not in versions:
            lines.append(f"version {name} is not served any more")
            continue
        lines += _subresources(version.get("subresources", {}), versions[name].get("subresources", {}))
        lines += _schema("", version["schema"]["openAPIV3Schema"], versions[name]["schema"]["openAPIV3Schema"])
    return lines


def _names(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    for key in ("kind", "listKind", "plural", "singular"):
        if old[key] != new[key]:
            yield f"names.{key} was {old[key]!r}, is {new[key]!r}"
    for key in ("shortNames", "categories"):
        for name in sorted(set(old[key]) - set(new[key])):
            yield f"names.{key} has no {name!r} any more"


def _subresources(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    for name, paths in old.items():
        if new.get(name) != paths:
            yield f"subresource {name} was {paths}, is {new.get(name, 'gone')}"


def _schema(path: str, old: Schema, new: Schema) -> Iterator[str]:
    """What is lost at a level and below it."""
    where = path or "the resource"
    yield from (f"{where}: {line}" for line in _level(old, new))
    fields = new.get("properties", {})
    for name, field in old.get("properties", {}).items():
        below = f"{path}.{name}".removeprefix(".")
        if name in fields:
            yield from _schema(below, field, fields[name])
        else:
            yield f"{below}: removed"
    for key, mark in (("items", "[]"), ("additionalProperties", ".*")):
        if key in old and key in new:
            yield from _schema(f"{path}{mark}", old[key], new[key])


def _level(old: Schema, new: Schema) -> Iterator[str]:
    yield from _types(old, new)
    yield from _bounds(old, new)
    yield from (f"{name} is required" for name in new.get("required", ()) if name not in old.get("required", ()))
    if "default" in old and not _is_still_meant(old["default"], new):
        yield f"default was {old['default']!r}, is {new.get('default')!r}"
    yield from _rules(old, new)


def _is_still_meant(default: Any, new: Schema) -> bool:
    """It is filled in as before, or its absence means it: a section, whose fields have their own, or nothing at all."""
    if default == new.get("default"):
        return True
    fields, filled_in = new.get("properties", {}), new.get("default", {})
    if not fields or not isinstance(default, dict):
        return "default" not in new and default in ([], {})
    return all(
        default[k] == filled_in[k] if k in filled_in else k in fields and _is_still_meant(default[k], fields[k])
        for k in default
    )


def _types(old: Schema, new: Schema) -> Iterator[str]:
    for key in _EXACT:
        if key in new and old.get(key) != new[key]:
            yield f"{key} was {old.get(key)!r}, is {new[key]!r}"
    if "x-kubernetes-list-type" in old and "x-kubernetes-list-type" not in new:
        yield "x-kubernetes-list-type is gone"
    if "enum" in new and "enum" not in old:
        yield f"only {new['enum']!r} are left"
    elif "enum" in new:
        yield from (f"{word!r} is not accepted any more" for word in old["enum"] if word not in new["enum"])
    for key in ("x-kubernetes-preserve-unknown-fields", "nullable", "additionalProperties"):
        if old.get(key) and not new.get(key):
            yield f"{key} is gone"


def _bounds(old: Schema, new: Schema) -> Iterator[str]:
    for keys, is_tighter in ((_LOWER, operator.gt), (_UPPER, operator.lt)):
        for key in keys:
            if key in new and (key not in old or is_tighter(new[key], old[key])):
                yield f"{key} was {old.get(key)}, is {new[key]}"
    for key, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if new.get(key) and not old.get(key) and old.get(bound) == new.get(bound):
            yield f"{bound} itself is not accepted any more"


def _rules(old: Schema, new: Schema) -> Iterator[str]:
    """Rules that were not there, but for those that are about a field that was not there either."""
    known = [r["rule"] for r in old.get("x-kubernetes-validations", ())]
    added = new.get("properties", {}).keys() - old.get("properties", {}).keys()
    for rule in new.get("x-kubernetes-validations", ()):
        unread = _UNREAD.match(rule["rule"])
        is_about_new = rule.get("fieldPath", "").removeprefix(".") in added or (unread and unread[1] in added)
        is_weaker = unread and rule["rule"].removeprefix(unread[0]) in known
        if rule["rule"] not in known and not is_about_new and not is_weaker:
            yield f"new rule: {rule['message']}"
