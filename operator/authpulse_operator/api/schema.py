"""The types as a structural OpenAPI schema, which is what a CustomResourceDefinition takes.

Structural means: no references, no alternatives, every level typed. An optional field is one that may be absent; there
is no null. Docstrings become descriptions, the rules of a section `x-kubernetes-validations`.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import annotated_types as limits
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import to_jsonable_python

from authpulse_operator.api.docstrings import about, attributes
from authpulse_operator.api.sections import Section

Schema = dict[str, Any]

_SCALARS: dict[Any, Schema] = {
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    str: {"type": "string"},
    datetime: {"type": "string", "format": "date-time"},
}
_LENGTHS = {"string": "Length", "array": "Items", "object": "Properties"}


def structural(model: type[BaseModel]) -> Schema:
    """The schema of a section. Raises TypeError for a type that has no structural schema."""
    docs = attributes(model)
    properties: Schema = {}
    required = []
    for name, field in model.model_fields.items():
        key = field.alias or name
        properties[key] = _of_field(field, docs.get(name, ""))
        if field.is_required():
            required.append(key)
    schema: Schema = {"type": "object", "description": about(model), "properties": properties}
    if required:
        schema["required"] = required
    rules = model.cel if issubclass(model, Section) else ()
    if rules:
        schema["x-kubernetes-validations"] = [{"rule": r.rule, "message": r.message} for r in rules]
    return schema


def without(schema: Schema, *keywords: str) -> Schema:
    """The schema without these keywords, at every level."""
    kept = {k: v for k, v in schema.items() if k not in keywords}
    if "properties" in kept:
        kept["properties"] = {k: without(v, *keywords) for k, v in kept["properties"].items()}
    for keyword in ("items", "additionalProperties"):
        if keyword in kept:
            kept[keyword] = without(kept[keyword], *keywords)
    return kept


def _of_field(field: FieldInfo, doc: str) -> Schema:
    schema = _limited(_of(field.annotation), field.metadata)
    if doc:
        schema["description"] = doc
    default = field.get_default(call_default_factory=True, validated_data={})
    if not field.is_required() and default is not None:
        schema["default"] = _default(default)
    return schema


def _default(value: Any) -> Any:
    """Of a section all of it: Kubernetes holds a default to the section's rules before it fills in those of fields."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True, exclude_none=True)
    return to_jsonable_python(value)


def _of(annotation: Any) -> Schema:
    if get_origin(annotation) is not None:
        return _of_generic(annotation)
    if issubclass(annotation, BaseModel):
        return structural(annotation)
    if issubclass(annotation, Enum):
        return {"type": "string", "enum": [m.value for m in annotation], **_meanings(annotation)}
    if annotation not in _SCALARS:
        raise TypeError(f"{annotation} has no structural schema")
    return dict(_SCALARS[annotation])


def _of_generic(annotation: Any) -> Schema:
    arguments = get_args(annotation)
    match get_origin(annotation):
        case origin if origin is Annotated:
            schema = _limited(_of(arguments[0]), arguments[1:])
        case origin if origin is Literal:
            schema = {"type": "string", "enum": list(arguments)}
        case origin if origin is tuple and arguments[1:] == (...,):
            schema = _list_of(arguments[0])
        case origin if origin in (dict, Mapping):
            schema = _mapping_to(arguments[1])
        case origin if origin in (Union, UnionType) and len(arguments) == 2 and NoneType in arguments:
            schema = _of(next(a for a in arguments if a is not NoneType))
        case _:
            raise TypeError(f"{annotation} has no structural schema")
    return schema


def _meanings(words: type[Enum]) -> Schema:
    """A description from the docstrings of the words, if they have any."""
    docs = attributes(words)
    known = [f"{m.value}: {docs[m.name]}" for m in words if m.name in docs]
    return {"description": " ".join([about(words), *known])} if known else {}


def _list_of(element: Any) -> Schema:
    schema: Schema = {"type": "array", "items": _of(element)}
    key = getattr(element, "list_key", None)
    if key is not None:
        schema |= {"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": [key]}
    return schema


def _mapping_to(value: Any) -> Schema:
    if value is Any:
        return {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    return {"type": "object", "additionalProperties": _of(value)}


def _limited(schema: Schema, constraints: Any) -> Schema:
    """The schema with the bounds, lengths and pattern among a field's metadata."""
    lengths = _LENGTHS.get(schema["type"], "")
    for constraint in constraints:
        match constraint:
            case FieldInfo(metadata=nested):
                _limited(schema, nested)
            case limits.Ge(ge=bound):
                schema["minimum"] = bound
            case limits.Gt(gt=bound):
                schema |= {"minimum": bound, "exclusiveMinimum": True}
            case limits.Le(le=bound):
                schema["maximum"] = bound
            case limits.Lt(lt=bound):
                schema |= {"maximum": bound, "exclusiveMaximum": True}
            case limits.MinLen(min_length=length):
                schema[f"min{lengths}"] = length
            case limits.MaxLen(max_length=length):
                schema[f"max{lengths}"] = length
        pattern = getattr(constraint, "pattern", None)
        if pattern is not None:
            schema["pattern"] = pattern
    return schema
