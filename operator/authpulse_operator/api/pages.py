"""Reference pages made from the types: what a manifest can say, and what the operator answers.

Each function gives one page as Markdown; `generate` writes them and a test finds drift.
"""

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from typing import Any, Final

from authpulse_operator.api import resource
from authpulse_operator.api.changes import Change, fields_with_changes
from authpulse_operator.api.definitions import KINDS, Kind
from authpulse_operator.api.docstrings import attributes
from authpulse_operator.api.reasons import Reason
from authpulse_operator.api.schema import Schema, structural
from authpulse_operator.api.status import ConditionType

NOTE: Final = "<!-- Generated from operator/authpulse_operator by `make generate`; do not edit. -->"

_UNITS: Final = {"Length": "characters", "Items": "elements", "Properties": "keys"}


def spec() -> str:
    """Every field of what a person writes."""
    parts = [
        NOTE,
        "# What a manifest can say",
        "Both kinds are of the group `authpulse.io`, version `v1alpha1`. A key that is not here is an error. What changing a"
        " field means is one of:",
        table(("change", "what happens"), ((f"`{c.name}`", sentence(c.value)) for c in Change)),
    ]
    for kind in KINDS:
        changes = {path: change.name for path, change in fields_with_changes(kind.spec) if change}
        parts += [f"## {kind.kind}", kind.about, *_sections(structural(kind.spec), "spec", changes)]
    parts += [
        "## Annotations of an AuthPulse",
        table(("annotation", "meaning"), _annotations()),
    ]
    return page(parts)


def status() -> str:
    """Every field of what the operator answers."""
    parts = [
        NOTE,
        "# What a resource's status says",
        "Only the operator writes it. Fields are added, never given another meaning. A field may be absent, and is while it"
        " has nothing to say.",
    ]
    for kind in KINDS:
        parts += [f"## {kind.kind}", *_columns(kind), *_sections(structural(kind.status), "status", None)]
    return page(parts)


def conditions() -> str:
    """The types of conditions."""
    docs = attributes(ConditionType)
    return page(
        [
            NOTE,
            "# Conditions",
            "In `status.conditions` of an AuthPulse, one of each type. `status` is True, False or Unknown, `reason` one of"
            " [these words](reasons.md), `message` a sentence. `lastTransitionTime` moves only when `status` does, and"
            " `observedGeneration` says which spec it speaks of: compare it with `metadata.generation`.",
            table(("type", "true means"), ((f"`{c.value}`", docs[c.name]) for c in ConditionType)),
            "`Reconciling` and `Stalled` are true only when something is the matter, as kstatus wants it, so that"
            " `kubectl wait`, Argo CD, Flux and Helm understand them:",
            "```\nkubectl wait authpulse/dev --for=condition=Ready --timeout=15m\n```",
        ]
    )


def reasons() -> str:
    """The closed list of reasons."""
    return page(
        [
            NOTE,
            "# Reasons",
            "Conditions, events, log lines and metrics use these words and no others.",
            table(("reason", "meaning"), ((f"`{r.value}`", r.meaning) for r in Reason)),
        ]
    )


def page(parts: Iterable[str]) -> str:
    """Paragraphs as a file."""
    return "\n\n".join(parts) + "\n"


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A Markdown table."""
    lines = [head, tuple("---" for _ in head), *(tuple(cell.replace("|", "\\|") for cell in row) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _sections(schema: Schema, path: str, changes: Mapping[str, str] | None, inherited: str = "") -> Iterator[str]:
    """A heading, a description, a table and its rules for this level, then the same for those below it.

    `changes` has the change of a field by its path below the spec; a section's holds for all that is in it.
    """
    yield f"### {path}"
    yield schema["description"]
    head = ("field", "type", "default", *(("change",) if changes is not None else ()), "meaning")
    rows, below = [], []
    for name, field in schema["properties"].items():
        where = f"{path}.{name}"
        change = inherited if changes is None else changes.get(where.partition(".")[2].replace("[]", ""), inherited)
        section, element = _section_in(field)
        kept = (f"`{change}`" if change else "",) if changes is not None else ()
        required = "required" if name in schema.get("required", ()) else "–"
        default = f"`{_spell(field['default'])}`" if "default" in field and section is None else required
        rows.append((f"`{name}`", _type(field, where), default, *kept, field["description"]))
        if section is not None:
            below.append((section, f"{where}{element}", change))
    yield table(head, rows)
    rules = [f"- {sentence(r['message'])}" for r in schema.get("x-kubernetes-validations", ())]
    if rules:
        yield "\n".join(["Refused when:", "", *rules])
    for section, where, change in below:
        yield from _sections(section, where, changes, change)


def _section_in(field: Schema) -> tuple[Schema | None, str]:
    """The section that a field is, or is a list of, and what its path has at the end."""
    if "properties" in field:
        return field, ""
    items = field.get("items", {})
    return (items, "[]") if "properties" in items else (None, "")


def _type(field: Schema, where: str) -> str:
    section, element = _section_in(field)
    if section is not None:
        link = f"[section](#{_anchor(where + element)})"
        return f"list of {link}{_lengths(field)}" if element else link
    if "enum" in field:
        return " or ".join(f"`{word}`" for word in field["enum"])
    kind = field["type"]
    if kind == "array":
        return f"list of {_type(field['items'], where)}{_lengths(field)}"
    if kind == "object":
        inner = field.get("additionalProperties")
        return f"mapping to {_type(inner, where)}{_lengths(field)}" if inner else "mapping"
    words = {"string": "text", "boolean": "true or false", "integer": "whole number", "number": "number"}
    name = "time" if field.get("format") == "date-time" else words[kind]
    pattern = f", `{field['pattern']}`" if "pattern" in field else ""
    return f"{name}{_bounds(field)}{_lengths(field)}{pattern}"


def _bounds(field: Schema) -> str:
    low, high = field.get("minimum"), field.get("maximum")
    if field.get("exclusiveMinimum"):
        return f" above {low}"
    if low is not None and high is not None:
        return f" {low}–{high}"
    return f" from {low}" if low is not None else ""


def _lengths(field: Schema) -> str:
    for suffix, unit in _UNITS.items():
        low, high = field.get(f"min{suffix}"), field.get(f"max{suffix}")
        if low is not None and high is not None:
            return f", {low}–{high} {unit}"
        if high is not None:
            return f", at most {high} {unit}"
    return ""


def _anchor(heading: str) -> str:
    """As GitHub makes it."""
    return "".join(c for c in heading.lower() if c.isalnum() or c in "-_")


def _spell(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value).replace("'", "")


def _columns(kind: Kind) -> Iterator[str]:
    yield f"`kubectl get {kind.short_name}` prints"
    yield table(
        ("column", "from", "with"), ((c.name, f"`{c.path}`", "`-o wide`" if c.wide else "") for c in kind.columns)
    )


def _annotations() -> Iterator[tuple[str, str]]:
    docs = attributes(resource)
    for name in ("PAUSED_ANNOTATION", "ABANDON_ANNOTATION"):
        yield f"`{getattr(resource, name)}`", docs[name]
