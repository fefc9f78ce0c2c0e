"""Types become structural schemas, and every field of the resources is described and says what a change of it means."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from types import ModuleType
from typing import Annotated, Any, Literal

import pytest
from pydantic import Field

from authpulse_operator.api import resource
from authpulse_operator.api.changes import Change, fields_with_changes
from authpulse_operator.api.definitions import AUTHPULSE, KINDS, Kind, definition, spec_schema, status_schema
from authpulse_operator.api.docstrings import attributes
from authpulse_operator.api.schema import Schema, structural
from authpulse_operator.api.sections import Bounds, Cel, Section

Short = Annotated[str, Field(max_length=5)]


class Colour(StrEnum):
    """How it looks."""

    RED = "Red"
    """Like blood."""
    BLUE = "Blue"
    """Like
    the sea."""


class Part(Section):
    """A part."""

    list_key = "name"

    name: Short


class Model(Section):
    """One of everything
    that there is."""

    cel = (Cel("self.number > 0", "number is not above zero"),)

    number: int
    """Documented
    in two lines."""
    flag: bool = True
    ratio: Annotated[float, Field(gt=0, lt=1)] = 0.5
    when: datetime | None = None
    word: Literal["a", "b"] = "a"
    colour: Colour = Colour.BLUE
    text: Annotated[Short | None, Field(min_length=1, pattern="^a")] = None
    names: Annotated[tuple[Short, ...], Field(min_length=1)] = ("a",)
    parts: tuple[Part, ...] = ()
    table: Annotated[Mapping[str, dict[str, int]], Field(max_length=3)] = {}
    anything: Mapping[str, Any] = {}
    bounds: Bounds = Bounds(max=2)
    maybe: Bounds | None = None
    renamed: Annotated[int, Field(alias="reNamed", ge=1, le=9)] = 1


@pytest.mark.parametrize(
    ("field", "schema"),
    [
        ("number", {"type": "integer", "description": "Documented in two lines."}),
        ("flag", {"type": "boolean", "default": True}),
        (
            "ratio",
            {
                "type": "number",
                "minimum": 0,
                "exclusiveMinimum": True,
                "maximum": 1,
                "exclusiveMaximum": True,
                "default": 0.5,
            },
        ),
        ("when", {"type": "string", "format": "date-time"}),
        ("word", {"type": "string", "enum": ["a", "b"], "default": "a"}),
        (
            "colour",
            {
                "type": "string",
                "enum": ["Red", "Blue"],
                "description": "How it looks. Red: Like blood. Blue: Like the sea.",
                "default": "Blue",
            },
        ),
        ("text", {"type": "string", "maxLength": 5, "minLength": 1, "pattern": "^a"}),
        ("names", {"type": "array", "items": {"type": "string", "maxLength": 5}, "minItems": 1, "default": ["a"]}),
        (
            "parts",
            {
                "type": "array",
                "items": {
                    "type": "object",
                    "description": "A part.",
                    "properties": {"name": {"type": "string", "maxLength": 5}},
                    "required": ["name"],
                },
                "x-kubernetes-list-type": "map",
                "x-kubernetes-list-map-keys": ["name"],
                "default": [],
            },
        ),
        (
            "table",
            {
                "type": "object",
                "additionalProperties": {"type": "object", "additionalProperties": {"type": "integer"}},
                "maxProperties": 3,
                "default": {},
            },
        ),
        ("anything", {"type": "object", "x-kubernetes-preserve-unknown-fields": True, "default": {}}),
        ("bounds", {**structural(Bounds), "default": {"min": 1, "max": 2}}),
        ("maybe", structural(Bounds)),
        ("reNamed", {"type": "integer", "minimum": 1, "maximum": 9, "default": 1}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_field_becomes_its_schema(field: str, schema: Schema) -> None:
    assert structural(Model)["properties"][field] == schema


def test_a_section_brings_its_docstring_its_rules_and_what_it_requires() -> None:
    schema = structural(Model)
    assert schema["description"] == "One of everything that there is."
    assert schema["x-kubernetes-validations"] == [{"rule": "self.number > 0", "message": "number is not above zero"}]
    assert schema["required"] == ["number"]


class OfTwoTypes(Section):
    """A value of one type or another."""

    field: int | str


class OfAPair(Section):
    """Elements of different types."""

    field: tuple[int, str]


class OfASet(Section):
    """What JSON does not have."""

    field: frozenset[int]


class OfAnything(Section):
    """Not even a mapping."""

    field: Any


@pytest.mark.parametrize("model", [OfTwoTypes, OfAPair, OfASet, OfAnything], ids=lambda m: m.__name__)
def test_a_type_without_a_structural_schema_is_an_error(model: type[Section]) -> None:
    with pytest.raises(TypeError, match="has no structural schema"):
        structural(model)


def test_docstrings_are_read_from_modules_too() -> None:
    assert isinstance(resource, ModuleType)
    assert attributes(resource)["PAUSED_ANNOTATION"].startswith("`true`: the operator looks")


def levels(schema: Schema, path: str = "") -> Iterator[tuple[str, Schema]]:
    """Every level and field, by its path."""
    yield path, schema
    for name, field in schema.get("properties", {}).items():
        yield from levels(field, f"{path}.{name}".removeprefix("."))
    for keyword, mark in (("items", "[]"), ("additionalProperties", ".*")):
        if keyword in schema:
            yield from levels(schema[keyword], f"{path}{mark}")


@pytest.mark.parametrize("kind", KINDS, ids=lambda k: k.kind)
def test_every_field_is_described(kind: Kind) -> None:
    for model in (kind.spec, kind.status):
        named = [(p, s) for p, s in levels(structural(model)) if not p.endswith(("[]", ".*"))]
        assert [path for path, schema in named if not schema.get("description", "").endswith((".", "…"))] == []


@pytest.mark.parametrize("kind", KINDS, ids=lambda k: k.kind)
def test_every_field_that_a_person_writes_says_what_changing_it_means(kind: Kind) -> None:
    declared = dict(fields_with_changes(kind.spec))
    assert [path for path, change in declared.items() if change is None] == []
    leaves = [p.replace("[]", "") for p, s in levels(structural(kind.spec)) if p and "properties" not in s]
    assert [leaf for leaf in leaves if not any(f"{leaf}.".startswith(f"{path}.") for path in declared)] == []
    schema = spec_schema(kind.spec)
    described = dict(levels(schema))
    assert all(described[p]["description"].endswith(f"On change: {c.value}.") for p, c in declared.items() if c)


def test_only_what_may_be_anything_keeps_unknown_fields() -> None:
    open_to_all = [
        path
        for model in (spec_schema(AUTHPULSE.spec), status_schema(AUTHPULSE.status))
        for path, schema in levels(model)
        if "x-kubernetes-preserve-unknown-fields" in schema
    ]
    assert open_to_all == ["flink.scoring.rules[]", "accepted.spec", "lastStable.settings"]


@pytest.mark.parametrize("kind", KINDS, ids=lambda k: k.kind)
def test_a_status_has_no_closed_lists_and_no_defaults(kind: Kind) -> None:
    assert [p for p, s in levels(status_schema(kind.status)) if {"enum", "default"} & s.keys()] == []


def test_a_fixed_field_is_guarded_where_its_absence_can_be_seen() -> None:
    of = dict(levels(spec_schema(AUTHPULSE.spec)))
    rules = {path: [r["rule"] for r in of[path].get("x-kubernetes-validations", ())] for path in of}
    assert "self.environment == oldSelf.environment" in rules[""]
    assert "self.region == oldSelf.region" in rules["aws"]
    assert (
        "has(self.account) == has(oldSelf.account) && (!has(self.account) || self.account == oldSelf.account)"
        in rules["aws"]
    )
    assert rules["flink"].count("has(self.vpc) == has(oldSelf.vpc)") == 1
    assert "self.subnetIds == oldSelf.subnetIds" in rules["flink.vpc"]


def test_a_kind_scales_by_its_parallelism_and_is_served_and_stored_in_one_version() -> None:
    (version,) = definition(AUTHPULSE)["spec"]["versions"]
    assert (version["name"], version["served"], version["storage"]) == ("v1alpha1", True, True)
    assert version["subresources"]["scale"] == {
        "specReplicasPath": ".spec.flink.parallelism",
        "statusReplicasPath": ".status.application.parallelism",
    }
    assert Change.RESTART is dict(fields_with_changes(AUTHPULSE.spec))["flink.parallelism"]
