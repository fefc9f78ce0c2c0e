"""What is written below fields and enum members, for schemas and pages that are generated from the types.

Python keeps no docstring of an attribute, so it is read from the source; nothing that runs for long needs it.
"""

import ast
import inspect
import textwrap
from functools import cache
from itertools import pairwise
from types import ModuleType


def about(cls: type) -> str:
    """The docstring of a class as one paragraph."""
    return _paragraph(cls.__doc__ or "")


FOREIGN = ("builtins", "enum", "pydantic")


@cache
def attributes(owner: type | ModuleType) -> dict[str, str]:
    """Attribute of a class or module to the docstring below it, as one paragraph. Of a class, what its own bases say of
    theirs too."""
    if not isinstance(owner, type):
        return _documented(ast.parse(inspect.getsource(owner)).body)
    docs: dict[str, str] = {}
    for base in reversed(owner.__mro__):
        if base.__module__.partition(".")[0] not in FOREIGN:
            docs |= _documented(_body_of(base))
    return docs


def _body_of(cls: type) -> list[ast.stmt]:
    parsed = ast.parse(textwrap.dedent(inspect.getsource(cls))).body
    (body,) = (n.body for n in parsed if isinstance(n, ast.ClassDef))
    return body


def _documented(body: list[ast.stmt]) -> dict[str, str]:
    docs = {}
    for statement, below in pairwise(body):
        name = _assigned(statement)
        if name and isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant):
            docs[name] = _paragraph(str(below.value.value))
    return docs


def _assigned(statement: ast.stmt) -> str | None:
    match statement:
        case ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]):
            return name
    return None


def _paragraph(text: str) -> str:
    return " ".join(text.split())
