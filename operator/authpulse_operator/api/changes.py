"""What changing a field of the spec means. Every field carries one of these; a test fails for a field without."""

from collections.abc import Iterator
from enum import Enum
from typing import Any, get_args

from pydantic import BaseModel


class Change(Enum):
    """Kinds of change, weakest first."""

    IGNORE = "read at the next pass; nothing running changes"
    IN_PLACE = "carried out beside the running job"
    RESTART = "the job restarts from a snapshot of itself"
    REDEPLOY = "refused, as it takes a new resource"


def fields_with_changes(model: type[BaseModel], path: str = "") -> Iterator[tuple[str, Change | None]]:
    """Every leaf of a spec as (path in the manifest, its change), None where a field declares none."""
    for name, field in model.model_fields.items():
        where = f"{path}.{field.alias or name}".removeprefix(".")
        declared = next((m for m in field.metadata if isinstance(m, Change)), None)
        nested = _model_in(field.annotation)
        if declared is None and nested is not None:
            yield from fields_with_changes(nested, where)
        else:
            yield where, declared


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((m for a in get_args(annotation) if (m := _model_in(a)) is not None), None)
