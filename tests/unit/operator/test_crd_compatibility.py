"""A definition takes nothing away from the one of the last release, and the check that says so misses nothing."""

import copy
from collections.abc import Callable, Mapping
from typing import Any

import pytest
import yaml

from authpulse_operator import generate
from authpulse_operator.api.compatibility import taken_away
from authpulse_operator.api.definitions import AUTHPULSE, KINDS, Kind, definition

PREVIOUS = generate.ROOT / generate.CRDS / "previous"
Edit = Callable[[dict[str, Any]], Any]


@pytest.mark.parametrize("kind", KINDS, ids=lambda k: k.kind)
def test_nothing_is_taken_away_from_the_last_release(kind: Kind) -> None:
    released = yaml.safe_load((PREVIOUS / generate.crd_name(kind)).read_text())
    assert taken_away(released, definition(kind)) == []


def small() -> dict[str, Any]:
    """A definition with one of everything."""
    spec = {
        "type": "object",
        "properties": {
            "text": {"type": "string", "pattern": "^a", "minLength": 2, "maxLength": 9, "default": "ab"},
            "word": {"type": "string", "enum": ["One", "Two"]},
            "number": {"type": "integer", "minimum": 1, "maximum": 9},
            "list": {
                "type": "array",
                "minItems": 1,
                "maxItems": 9,
                "items": {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]},
                "x-kubernetes-list-type": "map",
                "x-kubernetes-list-map-keys": ["name"],
                "default": [],
            },
            "section": {
                "type": "object",
                "properties": {"flag": {"type": "boolean", "default": True}, "names": {"type": "array"}},
                "default": {"flag": True, "names": []},
            },
            "mapping": {"type": "object", "additionalProperties": {"type": "string", "maxLength": 9}},
            "anything": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
            "nothing": {"type": "string", "nullable": True},
            "plain": {"type": "string"},
        },
        "required": ["text"],
        "x-kubernetes-validations": [{"rule": "self.number > 1", "message": "number is too small"}],
    }
    return {
        "spec": {
            "group": "g",
            "scope": "Namespaced",
            "names": {
                "kind": "Thing",
                "listKind": "ThingList",
                "plural": "things",
                "singular": "thing",
                "shortNames": ["t"],
                "categories": ["all"],
            },
            "versions": [
                {
                    "name": "v1",
                    "served": True,
                    "subresources": {"status": {}, "scale": {"specReplicasPath": ".spec.number"}},
                    "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": spec}}},
                }
            ],
        }
    }


def of_spec(edit: Edit) -> Edit:
    def of_document(document: dict[str, Any]) -> None:
        edit(document["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"])

    return of_document


def of_field(name: str, extensions: Mapping[str, Any] | None = None, **keywords: Any) -> Edit:
    """The keywords of a field changed, or taken away where they are None."""

    def of(spec: dict[str, Any]) -> None:
        field = spec["properties"][name]
        field |= {**keywords, **(extensions or {})}
        for key in [k for k, v in field.items() if v is None]:
            del field[key]

    return of_spec(of)


def adds(rule: str, field: str = "", **properties: Any) -> Edit:
    def of(spec: dict[str, Any]) -> None:
        spec["properties"].update(properties)
        path = {"fieldPath": f".{field}"} if field else {}
        spec["x-kubernetes-validations"].append({"rule": rule, "message": "no", **path})

    return of_spec(of)


def weakens(rule: dict[str, Any]) -> Any:
    rule["rule"] = f"!has(self.number) || {rule['rule']}"


TEXT = {"type": "string"}
FIXED = "has(self.{0}) == has(oldSelf.{0})"


@pytest.mark.parametrize(
    ("sentence", "edit", "said"),
    [
        ("another group", lambda d: d["spec"].update(group="h"), "group was 'g', is 'h'"),
        ("another scope", lambda d: d["spec"].update(scope="Cluster"), "scope was 'Namespaced', is 'Cluster'"),
        ("another kind", lambda d: d["spec"]["names"].update(kind="Thong"), "names.kind was 'Thing', is 'Thong'"),
        ("no short name", lambda d: d["spec"]["names"].update(shortNames=[]), "names.shortNames has no 't' any more"),
        (
            "no category",
            lambda d: d["spec"]["names"].update(categories=["b"]),
            "names.categories has no 'all' any more",
        ),
        ("another version", lambda d: d["spec"]["versions"][0].update(name="v2"), "version v1 is not served any more"),
        (
            "nothing served",
            lambda d: d["spec"]["versions"][0].update(served=False),
            "version v1 is not served any more",
        ),
        (
            "no status subresource",
            lambda d: d["spec"]["versions"][0]["subresources"].pop("status"),
            "subresource status was {}, is gone",
        ),
        (
            "scale from elsewhere",
            lambda d: d["spec"]["versions"][0]["subresources"]["scale"].update(specReplicasPath=".spec.n"),
            "subresource scale was {'specReplicasPath': '.spec.number'}, is {'specReplicasPath': '.spec.n'}",
        ),
        ("a field removed", of_spec(lambda s: s["properties"].pop("plain")), "spec.plain: removed"),
        (
            "a field of an element removed",
            of_spec(lambda s: s["properties"]["list"]["items"]["properties"].pop("name")),
            "spec.list[].name: removed",
        ),
        ("another type", of_field("plain", type="integer"), "spec.plain: type was 'string', is 'integer'"),
        ("a new pattern", of_field("plain", pattern="^b"), "spec.plain: pattern was None, is '^b'"),
        ("another pattern", of_field("text", pattern="^b"), "spec.text: pattern was '^a', is '^b'"),
        ("a new format", of_field("plain", format="date"), "spec.plain: format was None, is 'date'"),
        ("a word less", of_field("word", enum=["One"]), "spec.word: 'Two' is not accepted any more"),
        ("words for what was free", of_field("plain", enum=["One"]), "spec.plain: only ['One'] are left"),
        ("a higher minimum", of_field("number", minimum=2), "spec.number: minimum was 1, is 2"),
        ("a lower maximum", of_field("number", maximum=8), "spec.number: maximum was 9, is 8"),
        ("a new minimum", of_field("plain", minLength=1), "spec.plain: minLength was None, is 1"),
        ("a bound that is left out", of_field("number", exclusiveMinimum=True), "minimum itself is not accepted"),
        (
            "an upper bound that is left out",
            of_field("number", exclusiveMaximum=True),
            "maximum itself is not accepted",
        ),
        ("longer texts only", of_field("text", minLength=3), "spec.text: minLength was 2, is 3"),
        ("shorter texts only", of_field("text", maxLength=8), "spec.text: maxLength was 9, is 8"),
        ("shorter lists only", of_field("list", maxItems=8), "spec.list: maxItems was 9, is 8"),
        ("longer lists only", of_field("list", minItems=2), "spec.list: minItems was 1, is 2"),
        ("fewer keys only", of_field("mapping", maxProperties=8), "spec.mapping: maxProperties was None, is 8"),
        (
            "shorter values only",
            of_field("mapping", additionalProperties={"type": "string", "maxLength": 8}),
            "spec.mapping.*: maxLength was 9, is 8",
        ),
        ("no values of one's own", of_field("mapping", additionalProperties=None), "additionalProperties is gone"),
        ("an old field required", of_spec(lambda s: s["required"].append("plain")), "spec: plain is required"),
        (
            "a new field required",
            of_spec(lambda s: (s["properties"].update(new=TEXT), s["required"].append("new"))),
            "spec: new is required",
        ),
        ("a default removed", of_field("text", default=None), "spec.text: default was 'ab', is None"),
        (
            "a section that is filled in otherwise",
            of_field("section", default={"flag": False}),
            "spec.section: default was {'flag': True, 'names': []}, is {'flag': False}",
        ),
        ("a list that is not empty by itself", of_field("list", default=[{}]), "spec.list: default was [], is [{}]"),
        ("another default", of_field("text", default="abc"), "spec.text: default was 'ab', is 'abc'"),
        ("a new rule", adds("self.number > 2"), "spec: new rule: no"),
        ("an old field fixed", adds(FIXED.format("plain"), "plain"), "spec: new rule: no"),
        (
            "a rule that an old field can waive",
            adds("!has(self.plain) || self.number > 2", new=TEXT),
            "spec: new rule: no",
        ),
        (
            "a list that is merged in another way",
            of_field("list", {"x-kubernetes-list-type": "atomic"}),
            "spec.list: x-kubernetes-list-type was 'map', is 'atomic'",
        ),
        (
            "a list that is not merged",
            of_field("list", {"x-kubernetes-list-type": None, "x-kubernetes-list-map-keys": None}),
            "spec.list: x-kubernetes-list-type is gone",
        ),
        (
            "a list with another key",
            of_field("list", {"x-kubernetes-list-map-keys": ["id"]}),
            "spec.list: x-kubernetes-list-map-keys was ['name'], is ['id']",
        ),
        (
            "unknown fields dropped",
            of_field("anything", {"x-kubernetes-preserve-unknown-fields": None}),
            "spec.anything: x-kubernetes-preserve-unknown-fields is gone",
        ),
        ("no null any more", of_field("nothing", nullable=None), "spec.nothing: nullable is gone"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_taken_away_is_named(sentence: str, edit: Edit, said: str) -> None:
    after = small()
    edit(after)
    lines = taken_away(small(), after)
    assert len(lines) == 1
    assert said in lines[0]


@pytest.mark.parametrize(
    ("sentence", "edit"),
    [
        ("nothing at all", lambda d: None),
        ("a description", of_field("plain", description="What it is.")),
        ("a new optional field", of_spec(lambda s: s["properties"].update(new=TEXT))),
        ("a new field with a default", of_spec(lambda s: s["properties"].update(new={**TEXT, "default": "a"}))),
        ("a new field that is fixed", adds(FIXED.format("new"), "new", new=TEXT)),
        ("a rule about a new field alone", adds("!has(self.new) || self.number > 2", new=TEXT)),
        ("a word more", of_field("word", enum=["One", "Two", "Three"])),
        ("any word", of_field("word", enum=None)),
        ("wider bounds", of_field("number", minimum=0, maximum=10)),
        ("no bounds", of_field("number", minimum=None, maximum=None)),
        ("no pattern", of_field("text", pattern=None)),
        ("longer lists too", of_field("list", maxItems=10)),
        ("a field not required any more", of_spec(lambda s: s.update(required=[]))),
        ("a section that is not filled in any more: its fields are, each by itself", of_field("section", default=None)),
        ("an empty list that is not filled in any more", of_field("list", default=None)),
        ("a rule that asks less", of_spec(lambda s: weakens(s["x-kubernetes-validations"][0]))),
        ("a rule less", of_spec(lambda s: s.update({"x-kubernetes-validations": []}))),
        ("null too", of_field("plain", nullable=True)),
        ("another short name beside it", lambda d: d["spec"]["names"].update(shortNames=["t", "th"])),
        (
            "another version beside it",
            lambda d: d["spec"]["versions"].append({**copy.deepcopy(d["spec"]["versions"][0]), "name": "v2"}),
        ),
        ("other columns", lambda d: d["spec"]["versions"][0].update(additionalPrinterColumns=[])),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_added_or_let_go_is_no_loss(sentence: str, edit: Edit) -> None:
    after = small()
    edit(after)
    assert taken_away(small(), after) == []


def test_a_value_that_becomes_a_section_has_lost_its_type_and_its_default() -> None:
    before, after = small(), small()
    of_field("number", default=5)(before)
    of_field("number", type="object", minimum=None, maximum=None, properties={"flag": {"type": "boolean"}})(after)
    assert taken_away(before, after) == [
        "spec.number: type was 'integer', is 'object'",
        "spec.number: default was 5, is None",
    ]


def test_a_version_that_was_not_served_is_nobodys_loss() -> None:
    before, after = small(), small()
    before["spec"]["versions"].append({**copy.deepcopy(before["spec"]["versions"][0]), "name": "v0", "served": False})
    assert taken_away(before, after) == []


def test_the_real_definitions_are_read_to_their_leaves() -> None:
    after = definition(AUTHPULSE)
    schema = after["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]
    schema["spec"]["properties"]["flink"]["properties"]["health"]["properties"]["maxRestarts"]["maximum"] = 10
    del schema["status"]["properties"]["replays"]["items"]["properties"]["events"]
    assert taken_away(definition(AUTHPULSE), after) == [
        "spec.flink.health.maxRestarts: maximum was 1000, is 10",
        "status.replays[].events: removed",
    ]
