"""Keeps Python's garbage collector from walking what never becomes garbage.

LocalStack's own heap is a million objects: models of all services, and what is imported. Each full collection walks
them, half a second in which nothing is answered, and every hundred thousand records bring one about. So what has
survived a full collection is taken out of the next ones. It is freed all the same when nobody refers to it any more,
unless it has become part of a cycle.
"""

import gc


def settle_survivors() -> None:
    """From now on."""
    gc.callbacks.append(_after)


def _after(phase: str, info: dict[str, int]) -> None:
    if phase == "stop" and info["generation"] == 2:
        gc.freeze()
