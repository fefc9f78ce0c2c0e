"""The CustomResourceDefinitions, made from the types: schema, rules, what may never change, columns, scale.

Of a spec everything is checked; a status is only described (no enums, no defaults), so that an operator that knows more
words can write them to a cluster that still has the definitions of an older one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel

from authpulse_operator.api.changes import Change, fields_with_changes
from authpulse_operator.api.resource import GROUP, KIND
from authpulse_operator.api.schema import Schema, structural, without
from authpulse_operator.api.snapshot import KIND as SNAPSHOT_KIND
from authpulse_operator.api.snapshot import SnapshotSpec, SnapshotStatus
from authpulse_operator.api.spec import Spec
from authpulse_operator.api.status import Status

VERSION: Final = "v1alpha1"
NAME_RULE: Final = {
    "rule": "self.metadata.name.size() <= 63 && !self.metadata.name.contains('.')",
    "message": "metadata.name must be a DNS label: at most 63 small letters, digits and -",
}


@dataclass(frozen=True, slots=True)
class Column:
    """What `kubectl get` prints; with `wide` only with -o wide."""

    name: str
    path: str
    type: str = "string"
    wide: bool = False

    @property
    def document(self) -> Schema:
        return {"name": self.name, "type": self.type, "jsonPath": self.path, **({"priority": 1} if self.wide else {})}


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of resource."""

    kind: str
    short_name: str
    about: str
    spec: type[BaseModel]
    status: type[BaseModel]
    columns: tuple[Column, ...]
    scale: tuple[str, str] | None = None
    """Where the replicas of the scale subresource stand in the spec and in the status."""

    @property
    def plural(self) -> str:
        return f"{self.kind.lower()}s"


def _of_condition(kind: str, field: str) -> str:
    return f'.status.conditions[?(@.type=="{kind}")].{field}'


AUTHPULSE: Final = Kind(
    kind=KIND,
    short_name="apulse",
    about="A streaming pipeline for authentication events that is kept as its spec says.",
    spec=Spec,
    status=Status,
    columns=(
        Column("Ready", _of_condition("Ready", "status")),
        Column("Job", ".status.application.status"),
        Column("Version", ".status.application.versionId", "integer"),
        Column("Lag", ".status.lag"),
        Column("Reason", _of_condition("Ready", "reason"), wide=True),
        Column("Message", _of_condition("Ready", "message"), wide=True),
        Column("Environment", ".spec.environment", wide=True),
        Column("Snapshot", ".status.snapshots.latest", wide=True),
        Column("Age", ".metadata.creationTimestamp", "date"),
    ),
    scale=(".spec.flink.parallelism", ".status.application.parallelism"),
)
SNAPSHOT: Final = Kind(
    kind=SNAPSHOT_KIND,
    short_name="apsnap",
    about="A snapshot of a job's state: taken when this is made, kept as long as this is kept.",
    spec=SnapshotSpec,
    status=SnapshotStatus,
    columns=(
        Column("State", ".status.state"),
        Column("AuthPulse", ".spec.authPulse"),
        Column("Snapshot", ".status.snapshotName"),
        Column("Reason", ".status.reason", wide=True),
        Column("Message", ".status.message", wide=True),
        Column("Age", ".metadata.creationTimestamp", "date"),
    ),
)
KINDS: Final = (AUTHPULSE, SNAPSHOT)


def definition(kind: Kind) -> dict[str, Any]:
    """The CustomResourceDefinition of a kind."""
    subresources: Schema = {"status": {}}
    if kind.scale is not None:
        subresources["scale"] = dict(zip(("specReplicasPath", "statusReplicasPath"), kind.scale, strict=True))
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{kind.plural}.{GROUP}"},
        "spec": {
            "group": GROUP,
            "scope": "Namespaced",
            "names": {
                "kind": kind.kind,
                "listKind": f"{kind.kind}List",
                "plural": kind.plural,
                "singular": kind.kind.lower(),
                "shortNames": [kind.short_name],
                "categories": ["all"],  # one named as the kind would make `kubectl get authpulse NAME` two resources
            },
            "versions": [
                {
                    "name": VERSION,
                    "served": True,
                    "storage": True,
                    "subresources": subresources,
                    "additionalPrinterColumns": [c.document for c in kind.columns],
                    "schema": {"openAPIV3Schema": _resource(kind)},
                }
            ],
        },
    }


def spec_schema(model: type[BaseModel]) -> Schema:
    """Of a spec: its structure, what changing each field means, and rules against changing what cannot be."""
    changes = list(fields_with_changes(model))
    schema = _filled_in_sparsely(structural(model), fixed=[p for p, c in changes if c is Change.REDEPLOY])
    for path, change in changes:
        if change is not None:
            field = _field(schema, path)
            field["description"] = f"{field['description']} On change: {change.value}."
        if change is Change.REDEPLOY:
            for parent, rule in _fixed(schema, path):
                rules = parent.setdefault("x-kubernetes-validations", [])
                if rule not in rules:
                    rules.append(rule)
    return schema


def status_schema(model: type[BaseModel]) -> Schema:
    """Of a status: described, and checked for no more than its types.

    It is one value to the API server, because it has one writer: `managedFields` would otherwise name each of its
    fields, and be as large as all the rest.
    """
    return {**without(structural(model), "default", "enum"), "x-kubernetes-map-type": "atomic"}


def _resource(kind: Kind) -> Schema:
    return {
        "type": "object",
        "description": kind.about,
        "properties": {
            "apiVersion": {"type": "string"},
            "kind": {"type": "string"},
            "metadata": {"type": "object"},
            "spec": spec_schema(kind.spec),
            "status": status_schema(kind.status),
        },
        "required": ["spec"],
        "x-kubernetes-validations": [NAME_RULE],
    }


def _filled_in_sparsely(schema: Schema, *, fixed: Sequence[str]) -> Schema:
    """Without defaults that say nothing: empty lists and mappings, and whole sections, whose fields have their own.

    The types mean the same by what is absent. What the API server fills in it stores, checks, compares and tells with
    every write of anything in the resource, and sixty such fields were a third of the cost of one. A section with
    something fixed in it keeps its default: adding it later would be a change of what is fixed.
    """
    properties = {}
    for name, field in schema["properties"].items():
        below = [p.removeprefix(f"{name}.") for p in fixed if p.startswith(f"{name}.")]
        properties[name] = _filled_in_sparsely(field, fixed=below) if "properties" in field else field
        if name not in fixed and not below and ("properties" in field or field.get("default") in ([], {})):
            properties[name] = {k: v for k, v in properties[name].items() if k != "default"}
    return _with_default_of_fields({**schema, "properties": properties})


def _with_default_of_fields(section: Schema) -> Schema:
    """A section's default has only what its fields have one for."""
    if "default" not in section:
        return section
    kept = {k: section["properties"][k]["default"] for k in section["default"] if "default" in section["properties"][k]}
    return {**section, "default": kept}


def _field(schema: Schema, path: str) -> Schema:
    for name in path.split("."):
        schema = schema["properties"][name]
    return schema


def _fixed(schema: Schema, path: str) -> Iterator[tuple[Schema, Schema]]:
    """Rules that keep a field as it is, each with the level it belongs to.

    A rule that compares with the old value is not asked where there was none or is none any more. So whether an
    optional field, or a section on the way to it, is there at all is compared one level above it.
    """
    parent, where = schema, ""
    *sections, field = path.split(".")
    for section in sections:
        where = f"{where}{section}"
        if not _is_always_there(parent, section):
            yield parent, _rule(where, f"has(self.{section}) == has(oldSelf.{section})")
        parent, where = parent["properties"][section], f"{where}."
    equal = f"self.{field} == oldSelf.{field}"
    if not _is_always_there(parent, field):
        equal = f"has(self.{field}) == has(oldSelf.{field}) && (!has(self.{field}) || {equal})"
    yield parent, _rule(path, equal)


def _is_always_there(schema: Schema, name: str) -> bool:
    return name in schema.get("required", ()) or "default" in schema["properties"][name]


def _rule(path: str, rule: str) -> Schema:
    field = path.rpartition(".")[2]
    return {"rule": rule, "message": f"{path} cannot be changed: make a new resource", "fieldPath": f".{field}"}
