"""Documents that people write (configuration, manifests) to typed models, with messages that they can act on.

Every message is one line: where (file and field path), what is wrong, and what would be right.
"""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from authpulse.errors import InputError

_NOUNS = {
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "string": "text",
    "list": "a list",
    "tuple": "a list",
    "dict": "a mapping",
    "model": "a mapping",
    "model_attributes": "a mapping",
}
_BOUNDS = {
    "greater_than_equal": ("below", "ge"),
    "greater_than": ("not above", "gt"),
    "less_than_equal": ("above", "le"),
    "less_than": ("not below", "lt"),
}


def validate[Model: BaseModel](model: type[Model], document: Any, where: str) -> Model:
    """The document as a `model`. Raises InputError with one line for each thing that is wrong."""
    if not isinstance(document, Mapping):
        raise InputError(f"{where}: wanted a mapping at the top")
    try:
        return model.model_validate(document)
    except ValidationError as error:
        lines = [f"{where}: {_line(model, e)}" for e in error.errors(include_url=False)]
        raise InputError("\n".join(lines)) from error


def _line(model: type[BaseModel], error: ErrorDetails) -> str:
    path, kind, value, context = error["loc"], error["type"], error["input"], error.get("ctx") or {}
    name = _spell(path)
    if kind == "extra_forbidden":
        return f"{name}: no such key; {suggest(str(path[-1]), list(_keys(_model_at(model, path[:-1]))))}"
    if kind == "missing":
        return f"{name}: missing"
    if kind in ("literal_error", "enum"):
        expected = [w.strip("'") for w in str(context["expected"]).replace(" or ", ", ").split(", ")]
        return f"{name}: {value!r} is not known; {suggest(str(value), expected)}"
    if kind in _BOUNDS:
        word, key = _BOUNDS[kind]
        return f"{name}: {value!r} is {word} {context[key]}"
    if kind == "value_error":
        return f"{name}: {context['error']}" if name else str(context["error"])
    noun = _NOUNS.get(kind.removesuffix("_type").removesuffix("_parsing").removesuffix("_from_float"))
    return f"{name}: {value!r} is not {noun}" if noun else f"{name}: {error['msg']} (it is {value!r})"


def _spell(path: tuple[int | str, ...]) -> str:
    """`('spec', 'replays', 0, 'input')` as `spec.replays[0].input`."""
    return "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in path).removeprefix(".")


def suggest(word: str, known: list[str]) -> str:
    """The nearest known word, or all of them."""
    near = get_close_matches(word, known, n=1)
    return f"did you mean `{near[0]}`?" if near else f"there are {', '.join(known)}"


def _model_at(model: type[BaseModel], path: tuple[int | str, ...]) -> type[BaseModel]:
    """The model that a field path leads to."""
    for step in path:
        if isinstance(step, int):
            continue
        field = next(f for name, f in model.model_fields.items() if step in (name, f.alias))
        model = next(t for t in _types(field.annotation) if isinstance(t, type) and issubclass(t, BaseModel))
    return model


def _types(annotation: Any) -> Iterator[Any]:
    yield annotation
    for argument in get_args(annotation):
        yield from _types(argument)


def _keys(model: type[BaseModel]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        yield field.alias or name
