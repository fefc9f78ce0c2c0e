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


@cache
def attributes(owner: type | ModuleType) -> dict[str, str]:
    """Attribute of a class or module to the docstring below it, as one paragraph. Bases are not looked into."""
    body = ast.parse(textwrap.dedent(inspect.getsource(owner))).body
    if isinstance(owner, type):
        (body,) = (n.body for n in body if isinstance(n, ast.ClassDef))
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
