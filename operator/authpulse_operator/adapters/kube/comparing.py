"""Whether an object still has what was applied."""

from collections.abc import Mapping
from typing import Any

from kubernetes.utils import quantity


def has(found: Any, wanted: Any, *, quantities: bool = False) -> bool:
    """Whether what was found has everything that is wanted, whatever it has beside: defaults, or others' fields.

    A list has to be as long as wanted. The API server writes quantities in its own way (1000m is 1), so those below
    `resources` are compared by what they are worth.
    """
    if isinstance(wanted, Mapping):
        return isinstance(found, Mapping) and all(
            k in found and has(found[k], v, quantities=quantities or k == "resources") for k, v in wanted.items()
        )
    if isinstance(wanted, list):
        return (
            isinstance(found, list)
            and len(found) == len(wanted)
            and all(has(f, w, quantities=quantities) for f, w in zip(found, wanted, strict=True))
        )
    if quantities:
        parse: Any = quantity.parse_quantity
        return bool(parse(found) == parse(wanted))
    return bool(found == wanted)
