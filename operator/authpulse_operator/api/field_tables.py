"""A schema as Markdown: for each level a heading, a table of its fields and its rules."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from authpulse_operator.api.schema import Schema

_UNITS: Final = {"Length": "characters", "Items": "of them", "Properties": "keys"}
_WORDS: Final = {"string": "text", "boolean": "true or false", "integer": "whole number", "number": "number"}


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table. A bar in a cell is kept from ending it."""
    heads = list(head)
    lines = [heads, ["---"] * len(heads), *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def described_fields(schema: Schema, path: str) -> Iterator[str]:
    """Paragraphs about a level and all below it: what only the operator writes."""
    for where, level in _levels(schema, path):
        rows = ((f"`{name}`", _type(f, f"{where}.{name}"), f["description"]) for name, f in _fields(level))
        yield from (f"### {where}", level["description"], table(("field", "type", "meaning"), rows))


def writable_fields(schema: Schema, path: str, changes: Mapping[str, str]) -> Iterator[str]:
    """Paragraphs about a level and all below it, with defaults, rules, and what a change of each field is.

    `changes` goes by the path below `path`; what it says of a section holds for everything in it.
    """
    head = ("field", "type", "default", "change", "meaning")
    for where, level in _levels(schema, path):
        rows = [
            (
                f"`{name}`",
                _type(field, f"{where}.{name}"),
                _default(field, required=name in level.get("required", ())),
                _change(f"{where}.{name}".removeprefix(f"{path}."), changes),
                field["description"],
            )
            for name, field in _fields(level)
        ]
        yield from (f"### {where}", level["description"], table(head, rows))
        rules = [f"- {r['message']}" for r in level.get("x-kubernetes-validations", ())]
        if rules:
            yield "\n".join(["Refused with one of:", "", *rules])


def _levels(schema: Schema, path: str) -> Iterator[tuple[str, Schema]]:
    yield path, schema
    for name, field in _fields(schema):
        section, mark = _section_in(field)
        if section is not None:
            yield from _levels(section, f"{path}.{name}{mark}")


def _fields(level: Schema) -> Iterable[tuple[str, Schema]]:
    fields: Mapping[str, Schema] = level["properties"]
    return fields.items()


def _section_in(field: Schema) -> tuple[Schema | None, str]:
    """The section that a field is, or is a list of, and what its path then ends with."""
    if "properties" in field:
        return field, ""
    items = field.get("items", {})
    return (items, "[]") if "properties" in items else (None, "")


def _change(path: str, changes: Mapping[str, str]) -> str:
    """Of a field or, if it has none, of the nearest section around it that has one."""
    steps = path.replace("[]", "").split(".")
    nearest = (changes.get(".".join(steps[:n])) for n in range(len(steps), 0, -1))
    return next((f"`{change}`" for change in nearest if change), "")


def _default(field: Schema, *, required: bool) -> str:
    if required:
        return "required"
    default = field.get("default")
    if default is None or "properties" not in field:
        return "" if default is None else f"`{_spell(default)}`"
    own = {k: v for k, v in default.items() if "default" not in field["properties"][k]}  # the others have theirs below
    return ", ".join(f"`{k}: {_spell(v)}`" for k, v in own.items())


def _spell(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(_spell(v) for v in value)}]"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _type(field: Schema, where: str) -> str:
    section, mark = _section_in(field)
    if section is not None:
        link = f"[section](#{_anchor(where + mark)})"
        return f"list of {link}{_lengths(field)}" if mark else link
    if "enum" in field:
        return ", ".join(f"`{word}`" for word in field["enum"])
    kind = field["type"]
    if kind == "array":
        return f"list of {_type(field['items'], where)}{_lengths(field)}"
    if kind == "object":
        values = field.get("additionalProperties")
        return f"mapping to {_type(values, where)}{_lengths(field)}" if values else "mapping"
    name = "time" if field.get("format") == "date-time" else _WORDS[kind]
    pattern = f", `{field['pattern']}`" if "pattern" in field else ""
    return f"{name}{_bounds(field)}{_lengths(field)}{pattern}"


def _bounds(field: Schema) -> str:
    low, high = field.get("minimum"), field.get("maximum")
    if field.get("exclusiveMinimum"):
        return f" above {low}"
    if low is not None and high is not None:
        return f", {low} to {high}"
    return f" from {low}" if low is not None else ""


def _lengths(field: Schema) -> str:
    for suffix, unit in _UNITS.items():
        low, high = field.get(f"min{suffix}"), field.get(f"max{suffix}")
        if low is not None and high is not None:
            return f" ({low} to {high} {unit})"
        if high is not None:
            return f" (at most {high} {unit})"
    return ""


def _anchor(heading: str) -> str:
    """As GitHub makes it from a heading."""
    return "".join(c for c in heading.lower() if c.isalnum() or c in "-_")
